//! Elementary functions from `+ - * /` and `sqrt` only, so that every platform gives the same bits.
