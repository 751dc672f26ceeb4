//! Persons (个人信息): opened by those who may and recorded before it is shown, found without being shown,
//! and erased for ever.

mod desk;
mod erasing;
mod finding;
mod index;
mod traces;

pub(crate) use self::desk::{NAMES, Persons, QUESTIONS};
