"""Configuration: a folder of YAML to the documents of `shared.contracts.configuration`."""

from shared.configuration.diff import Change, diff
from shared.configuration.findings import Finding
from shared.configuration.load import Loaded, document_hash, load

__all__ = ["Change", "Finding", "Loaded", "diff", "document_hash", "load"]
