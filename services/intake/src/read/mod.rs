//! What intake answers from: the register, folded from the log, and the view of a case.

pub(crate) mod register;
pub(crate) mod view;
