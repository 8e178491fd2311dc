"""The version of the package, which stands in Cargo.toml alone."""

from tinbergen import _core

__all__ = ["VERSION"]

VERSION = _core.version
