.PHONY: run soak test check audit bench contract docs messages screenshots accessibility lighthouse clean

run:          ## Start Poolhouse on http://127.0.0.1:8000 (PORT, DATA_DIR)
	@tools/run

test:         ## Everything that must hold before a change is merged
	@tools/test

check:        ## The part of it that takes seconds: format, types, contracts, settings
	@tools/check

audit:        ## Ask whether anything is known against a pinned requirement (needs the internet)
	@tools/audit

bench:        ## Measure; benchmarks/README.md says what
	@tools/bench

contract:     ## Hold the embedded endpoint, and a real account if one is given, to the contract
	@tools/contract

soak:         ## Every case on PostgreSQL, every kill at every step, and half an hour of random faults (MINUTES, SEED)
	@tools/soak

docs:         ## Write docs/parity.md, and check that the documentation tells the truth
	@tools/docs

messages:     ## Bring the catalogs of other languages up to what the source says
	@tools/messages

screenshots:  ## Take pictures of every page and state into screenshots/, and those of the documentation into docs/images/
	@tools/screenshots

accessibility: ## Look at every page and state for barriers, in every language (make test looks at most of them)
	@tools/accessibility

lighthouse:   ## Have Lighthouse judge the four pages that people use most (needs Node 18.20 or newer, and npm)
	@tools/lighthouse

clean:        ## Remove what was built or cached; data in .data stays
	@tools/clean
