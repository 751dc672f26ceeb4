//! Finding cases by what a person says of themselves, and the one that may be the same.

use std::collections::{BTreeMap, BTreeSet};

use onestop_chassis::Failure;
use onestop_proto::{
    actor::Actor,
    ids::CaseId,
    personal::{
        MatchDegree, MatchReason, MatchingCase, PersonSearchQuery, PersonSearchResult, Rejection,
        SimilarCasesQuery,
    },
    rejection::Explain,
    time::Timestamp,
};

use super::{
    Persons,
    traces::{Said, Traced, said},
};
use crate::domain::{Case, may_hear_of, may_know};

/// Cases shown at most.
const SHOWN: usize = 50;
/// Cases looked at, the newest first: nobody reads further for a name that thousands have.
const LOOKED_AT: usize = 2_000;
/// Within so many days, another request for the same is likely the same request.
const RECENT_DAYS: f64 = 30.0;
const DAY_SECONDS: f64 = 86_400.0;

/// In what each case fits.
type Fits = BTreeMap<CaseId, BTreeSet<MatchReason>>;

impl Persons {
    pub(super) fn find(
        &self,
        actor: &Actor,
        query: &PersonSearchQuery,
    ) -> Result<PersonSearchResult, Failure> {
        self.refuse_half_an_index()?;
        let said = Said {
            name: query.name.as_deref(),
            phone: query.phone.as_deref(),
            document: query.document.as_deref(),
        };
        let traced = Traced::of(said, self.keyring.search());
        if traced.is_nothing() {
            return Err(Rejection::NothingToFindBy {}.rejected().into());
        }
        let fits = self.fitting(&traced);
        let wanted = |why: &BTreeSet<MatchReason>| {
            let name =
                why.contains(&MatchReason::SameName) || why.contains(&MatchReason::SimilarName);
            (traced.name.is_none() || name)
                && (traced.phone.is_none() || why.contains(&MatchReason::SamePhone))
                && (traced.document.is_none() || why.contains(&MatchReason::SameDocument))
        };
        self.rows(fits, |state, _, why| {
            if !wanted(why) || !may_know(state, actor, &self.directory) {
                return None;
            }
            let near = why.contains(&MatchReason::SimilarName);
            Some(if near {
                MatchDegree::Near
            } else {
                MatchDegree::Exact
            })
        })
    }

    pub(super) fn similar(
        &self,
        actor: &Actor,
        query: &SimilarCasesQuery,
    ) -> Result<PersonSearchResult, Failure> {
        self.refuse_half_an_index()?;
        let mut fits = Fits::new();
        for said in said(&query.applicant) {
            let traced = Traced::of(said, self.keyring.search());
            for (case, why) in self.fitting(&traced) {
                fits.entry(case).or_default().extend(why);
            }
        }
        let now = self.store.clock().now();
        self.rows(fits, |state, opened_at, why| {
            if !may_hear_of(state, actor, &self.directory) {
                return None;
            }
            if state.about.item == query.item {
                why.insert(MatchReason::SameItem);
            }
            if state.opened.place == query.place {
                why.insert(MatchReason::SamePlace);
            }
            if now.seconds_since(opened_at).abs() <= RECENT_DAYS * DAY_SECONDS {
                why.insert(MatchReason::Recent);
            }
            degree(why)
        })
    }

    fn refuse_half_an_index(&self) -> Result<(), Failure> {
        match self.index.still_reading() {
            Some(read) => Err(Rejection::StillReading { read }.rejected().into()),
            None => Ok(()),
        }
    }

    /// Every case that shares a trace. The same name is not also a similar one.
    fn fitting(&self, traced: &Traced) -> Fits {
        let mut fits = Fits::new();
        let mut fit = |trace: Option<_>, likeness: MatchReason| {
            for case in trace.map(|it| self.index.having(it)).unwrap_or_default() {
                fits.entry(case).or_default().insert(likeness);
            }
        };
        fit(traced.name, MatchReason::SameName);
        fit(traced.phone, MatchReason::SamePhone);
        fit(traced.document, MatchReason::SameDocument);
        for near in &traced.near {
            fit(Some(*near), MatchReason::SimilarName);
        }
        for why in fits.values_mut() {
            if why.contains(&MatchReason::SameName) {
                why.remove(&MatchReason::SimilarName);
            }
        }
        fits
    }

    /// The cases that `judge` gives a degree, the best first, then the newest.
    fn rows(
        &self,
        fits: Fits,
        judge: impl Fn(&Case, Timestamp, &mut BTreeSet<MatchReason>) -> Option<MatchDegree>,
    ) -> Result<PersonSearchResult, Failure> {
        let mut more = fits.len() > LOOKED_AT;
        let mut cases = Vec::new();
        // Ids sort by the time at which they were made.
        for (case, mut why) in fits.into_iter().rev().take(LOOKED_AT) {
            let opened_at = self.register.read(|register| register.opened_at(case));
            let (Some(state), Some(opened_at)) = (self.state(case)?, opened_at) else {
                continue;
            };
            if state.erased.is_some() {
                continue;
            }
            let Some(degree) = judge(&state, opened_at, &mut why) else {
                continue;
            };
            cases.push(MatchingCase {
                case,
                number: state.opened.number.clone(),
                stage: state.stage(),
                window: state.opened.window.clone(),
                holder: state.holder().clone(),
                item: state.about.item,
                topic: state.about.topic,
                place: state.opened.place,
                opened_at,
                degree,
                why: why.into_iter().collect(),
            });
        }
        cases.sort_by_key(|found| (found.degree, std::cmp::Reverse(found.opened_at)));
        more |= cases.len() > SHOWN;
        cases.truncate(SHOWN);
        Ok(PersonSearchResult { cases, more })
    }
}

/// Whether a case may be the same as one that is about to be opened.
fn degree(why: &BTreeSet<MatchReason>) -> Option<MatchDegree> {
    let has = |wanted: &[MatchReason]| wanted.iter().all(|it| why.contains(it));
    use MatchReason::{
        Recent, SameDocument, SameItem, SameName, SamePhone, SamePlace, SimilarName,
    };
    let same_person = has(&[SameDocument]) || has(&[SameName, SamePhone]);
    if same_person && has(&[SameItem]) {
        return Some(MatchDegree::Exact);
    }
    let near = same_person
        || has(&[SamePhone])
        || has(&[SameName, SameItem, Recent])
        || has(&[SimilarName, SameItem, SamePlace, Recent]);
    near.then_some(MatchDegree::Near)
}

#[cfg(test)]
mod tests {
    use super::{
        MatchReason::{
            Recent, SameDocument, SameItem, SameName, SamePhone, SamePlace, SimilarName,
        },
        *,
    };

    fn of(why: &[MatchReason]) -> Option<MatchDegree> {
        degree(&why.iter().copied().collect())
    }

    #[test]
    fn the_same_person_with_the_same_matter_is_the_same_case() {
        assert_eq!(of(&[SameDocument, SameItem]), Some(MatchDegree::Exact));
        assert_eq!(
            of(&[SameName, SamePhone, SameItem]),
            Some(MatchDegree::Exact)
        );
        assert_eq!(of(&[SameDocument]), Some(MatchDegree::Near));
    }

    #[test]
    fn a_name_alone_is_nothing() {
        assert_eq!(of(&[SameName]), None);
        assert_eq!(of(&[SameName, SameItem]), None);
        assert_eq!(of(&[SameName, SameItem, Recent]), Some(MatchDegree::Near));
        assert_eq!(of(&[SimilarName, SameItem, Recent]), None);
        let alike = [SimilarName, SameItem, SamePlace, Recent];
        assert_eq!(of(&alike), Some(MatchDegree::Near));
    }

    #[test]
    fn a_shared_telephone_may_be_a_family() {
        assert_eq!(of(&[SamePhone, SameItem]), Some(MatchDegree::Near));
    }
}
