//! Short codes for the telephone (电话短码), given when a case is opened: the first drawn for it that no other case here has.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use onestop_proto::ids::{CaseId, short_code::ShortCode};

/// Codes given of late that are remembered: the register is behind the log by far fewer.
const REMEMBERED: usize = 4_096;

/// The codes given of late, which the register may not have yet.
#[derive(Debug, Default)]
pub(crate) struct ShortCodes(Mutex<VecDeque<(ShortCode, CaseId)>>);

impl ShortCodes {
    /// Gives a case its code. `is_registered` says whether a case on record has one.
    ///
    /// # Errors
    /// What `is_registered` returns.
    pub(crate) fn issue<E>(
        &self,
        case: CaseId,
        is_registered: impl Fn(&ShortCode) -> Result<bool, E>,
    ) -> Result<ShortCode, E> {
        ShortCode::first_free(case, |code| {
            Ok(is_registered(code)? || !self.reserve(code, case))
        })
    }

    /// Keeps a code for a case, unless it is kept for another.
    fn reserve(&self, code: &ShortCode, case: CaseId) -> bool {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, owner)) = given.iter().find(|(known, _)| known == code) {
            return *owner == case;
        }
        if given.len() >= REMEMBERED {
            given.pop_front();
        }
        given.push_back((code.clone(), case));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn case(number: u8) -> CaseId {
        let text = format!("019ab0c4-8000-7000-8000-0000000000{number:02x}");
        text.parse().unwrap()
    }

    fn issue(codes: &ShortCodes, case: CaseId, registered: &[ShortCode]) -> ShortCode {
        let is_registered = |code: &ShortCode| Ok::<_, Infallible>(registered.contains(code));
        codes.issue(case, is_registered).unwrap()
    }

    #[test]
    fn a_code_that_is_on_record_or_was_just_given_is_passed_over() {
        let codes = ShortCodes::default();
        let first = issue(&codes, case(1), &[]);
        // The same case again, as when its append is tried again.
        assert_eq!(issue(&codes, case(1), &[]), first);
        let next = issue(&codes, case(1), std::slice::from_ref(&first));
        assert_ne!(next, first);
        // What one case was given, another does not get, though the register has neither.
        assert!(!codes.reserve(&first, case(2)));
        assert!(!codes.reserve(&next, case(2)));
    }

    #[test]
    fn few_are_remembered() {
        let codes = ShortCodes::default();
        for number in 0..=REMEMBERED {
            let command = format!("019ab0c4-8000-7000-8000-{number:012x}");
            issue(&codes, command.parse().unwrap(), &[]);
        }
        assert_eq!(codes.0.lock().unwrap().len(), REMEMBERED);
    }
}
