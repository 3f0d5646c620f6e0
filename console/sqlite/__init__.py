"""The database that needs no server, as Django has it but for what `base` says."""
