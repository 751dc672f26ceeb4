//! Hash maps for look-ups on the commit path.

use std::collections::HashMap;

/// The standard map with a faster hasher, seeded at random for each process.
pub(crate) type FastMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
