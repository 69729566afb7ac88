//! Reading, and what comes of it.
