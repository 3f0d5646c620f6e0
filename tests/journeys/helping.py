"""More hands beside a product's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from signal import SIGKILL

from console import up
from tests.engines import dying_with_us
from tests.running import ROOT, Product


@contextmanager
def helping(product: Product) -> Iterator[None]:
    """A second worker, and with a broker a second beat, beside the product's own."""
    settings = up.with_keys({**up.defaults(product.port), **product.environment}, data_dir=product.data_dir / "data")
    extra = [child for child in up.children(settings, port=product.port) if child.name != "web"]
    with ExitStack() as stack:
        for child in extra:
            process = subprocess.Popen(child.command, cwd=ROOT, env=settings, preexec_fn=dying_with_us(SIGKILL))
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield
