//! A response body that tells when it has been sent, or given up.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, Bytes},
};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::connections::Answering;

/// See the module.
pub(super) struct HeldBody {
    pub(super) body: Body,
    /// Dropped with the body.
    pub(super) _answering: Answering,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
