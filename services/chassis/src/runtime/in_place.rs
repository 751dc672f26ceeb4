//! Work that may wait for the disk, in the middle of what a worker of the runtime does.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does it on this thread, whose other tasks go on on another one meanwhile. A runtime of one thread has no other.
pub(crate) fn in_place<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        Ok(_) | Err(_) => work(),
    }
}
