//! Hash maps for look-ups on the commit path.

use std::collections::{HashMap, HashSet};

/// The standard map with a faster hasher, seeded at random for each process.
pub(crate) type FastMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The standard set with that hasher.
pub(crate) type FastSet<T> = HashSet<T, foldhash::fast::RandomState>;
