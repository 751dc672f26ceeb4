//! Finds cases by a person's names and numbers, and cases that may be the same as a new one.

use std::collections::{BTreeMap, BTreeSet};

use onestop_chassis::{Failure, projection::ProjectionError, rusqlite::Connection};
use onestop_proto::{
    actor::{Actor, Role},
    ids::CaseId,
    personal::{
        AccessWay, MatchDegree, MatchReason, MatchingCase, PersonSearchQuery, PersonSearchResult,
        PersonalDataKind, Rejection, SimilarCasesQuery,
    },
    rejection::Explain,
    time::Timestamp,
};

use super::{
    Persons, index,
    recording::{Reader, Reading, Right},
    terms::{PersonIndexes, PersonTerms, names, person_terms},
};
use crate::{
    domain::{Case, may_hear_of, may_know, may_open},
    keyring::BlindIndex,
    read::register,
    streams::{CASE_RULES, case_stream},
};

/// Cases shown.
const MOST_SHOWN: usize = 50;
/// Cases examined, the newest first.
const MOST_EXAMINED: usize = 2_000;
/// Within so many days, another request for the same is likely the same request.
const RECENT_DAYS: f64 = 30.0;
const DAY_SECONDS: f64 = 86_400.0;

/// What each case has in common with the person.
type Matches = BTreeMap<CaseId, BTreeSet<MatchReason>>;

impl Persons {
    /// The cases of a person. What was found is recorded before it is shown; that nothing was found as well, because that a
    /// person has no case is an answer too.
    pub(super) async fn find(
        &self,
        reader: Reader<'_>,
        query: &PersonSearchQuery,
    ) -> Result<PersonSearchResult, Failure> {
        let reason = query.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        let found = self.find_unrecorded(reader.actor, query, reason).await?;
        let (kind, right) = if query.document.is_some() {
            (PersonalDataKind::Found, Right::Open)
        } else {
            (PersonalDataKind::FoundByName, Right::Know)
        };
        let reading = |case| Reading::of(case, AccessWay::Find, vec![kind], right).because(reason);
        if found.cases.is_empty() {
            let search = self.store.clock().uuid();
            let nothing = reading(CaseId::from_uuid(search)).of_no_case(search);
            self.record(reader, &[nothing]).await?;
        } else {
            self.record_found(reader, &found, reading).await?;
        }
        Ok(found)
    }

    /// Records the cases that a search is about to show, all with one commit.
    async fn record_found(
        &self,
        reader: Reader<'_>,
        found: &PersonSearchResult,
        reading: impl Fn(CaseId) -> Reading,
    ) -> Result<(), Failure> {
        if found.cases.is_empty() {
            return Ok(());
        }
        let among = u32::try_from(found.cases.len()).unwrap_or(u32::MAX);
        let search = (among, self.store.clock().uuid());
        let readings = found.cases.iter().map(|one| Reading {
            search: Some(search),
            ..reading(one.case)
        });
        let readings: Vec<Reading> = readings.collect();
        self.record(reader, &readings).await?;
        Ok(())
    }

    async fn find_unrecorded(
        &self,
        actor: &Actor,
        query: &PersonSearchQuery,
        reason: Option<&str>,
    ) -> Result<PersonSearchResult, Failure> {
        let person = PersonTerms {
            name: query.name.as_deref(),
            phone: query.phone.as_deref(),
            document: query.document.as_deref(),
        };
        let indexed = PersonIndexes::of(person, self.keyring.search());
        if indexed.is_empty() {
            return Err(Rejection::NothingToFindBy {}.rejected().into());
        }
        let by_document = indexed.document.is_some();
        check_reason(actor, query, reason).map_err(|refused| refused.rejected())?;
        let matches = self.matching(vec![indexed.clone()]).await?;
        let is_match =
            |why: &BTreeSet<MatchReason>| asks(&indexed, why) || is_opposed(&indexed, why);
        self.rows(matches, |state, _, why| {
            if !is_match(why) || !may_know(state, actor, &self.directory) {
                return None;
            }
            if by_document && may_open(state, actor, reason, &self.directory).is_err() {
                return None;
            }
            let is_near = why.contains(&MatchReason::SimilarName) || !asks(&indexed, why);
            Some(if is_near {
                MatchDegree::Near
            } else {
                MatchDegree::Exact
            })
        })
    }

    /// The cases that may be the same as one that is about to be opened. Every registration asks for them, so that there are
    /// none is not recorded.
    pub(super) async fn similar(
        &self,
        reader: Reader<'_>,
        query: &SimilarCasesQuery,
    ) -> Result<PersonSearchResult, Failure> {
        let persons = person_terms(&query.applicant).into_iter();
        let persons = persons.map(|person| PersonIndexes::of(person, self.keyring.search()));
        let matches = self.matching(persons.collect()).await?;
        let now = self.store.clock().now();
        let found = self.rows(matches, |state, opened_at, why| {
            if !may_hear_of(state, reader.actor, &self.directory) {
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
            similarity(why)
        })?;
        let kinds = vec![PersonalDataKind::FoundSimilar];
        let reading = |case| Reading::of(case, AccessWay::Similar, kinds.clone(), Right::HearOf);
        self.record_found(reader, &found, reading).await?;
        Ok(found)
    }

    /// Every case that shares a blind index with one of the persons.
    async fn matching(&self, persons: Vec<PersonIndexes>) -> Result<Matches, Failure> {
        let matches = self.index.query(move |rows| {
            let mut matches = Matches::new();
            for person in &persons {
                for (case, why) in matching_one(rows, person)? {
                    matches.entry(case).or_default().extend(why);
                }
            }
            Ok(matches)
        });
        match matches.await {
            // Its file was found spoilt just now.
            Err(ProjectionError::Rebuilding) => Err(self.still_reading()),
            matches => Ok(matches?),
        }
    }

    /// The cases to which `judge` gives a degree, the best first, then the newest.
    fn rows(
        &self,
        matches: Matches,
        judge: impl Fn(&Case, Timestamp, &mut BTreeSet<MatchReason>) -> Option<MatchDegree>,
    ) -> Result<PersonSearchResult, Failure> {
        let mut more = matches.len() > MOST_EXAMINED;
        let mut cases = Vec::new();
        self.register.look_up(|rows| {
            // Ids sort by the time at which they were made.
            for (case, mut why) in matches.into_iter().rev().take(MOST_EXAMINED) {
                let opened_at = register::opened_at(rows, case)?;
                let loaded = self.store.load(&case_stream(case), &CASE_RULES)?;
                let (Some((state, _)), Some(opened_at)) = (loaded, opened_at) else {
                    continue;
                };
                if state.erased.is_some() {
                    continue;
                }
                if let Some(degree) = judge(&state, opened_at, &mut why) {
                    cases.push(matching_case(case, state, (opened_at, degree), why));
                }
            }
            Ok(())
        })?;
        cases.sort_by_key(|found| (found.degree, std::cmp::Reverse(found.opened_at)));
        more |= cases.len() > MOST_SHOWN;
        cases.truncate(MOST_SHOWN);
        Ok(PersonSearchResult { cases, more })
    }
}

/// Whether what a case has in common is all of what is sought, in one who asks.
fn asks(sought: &PersonIndexes, why: &BTreeSet<MatchReason>) -> bool {
    let name = why.contains(&MatchReason::SameName) || why.contains(&MatchReason::SimilarName);
    (sought.name.is_none() || name)
        && (sought.phone.is_none() || why.contains(&MatchReason::SamePhone))
        && (sought.document.is_none() || why.contains(&MatchReason::SameDocument))
}

/// The same, in another party, of whom no paper is known.
fn is_opposed(sought: &PersonIndexes, why: &BTreeSet<MatchReason>) -> bool {
    sought.document.is_none()
        && (sought.name.is_none() || why.contains(&MatchReason::RespondentName))
        && (sought.phone.is_none() || why.contains(&MatchReason::RespondentPhone))
}

/// Every case that shares a blind index. The same name is not also a similar one.
fn matching_one(rows: &Connection, indexed: &PersonIndexes) -> Result<Matches, ProjectionError> {
    let mut matches = Matches::new();
    let mut add = |index: Option<BlindIndex>, likeness: MatchReason| {
        if let Some(index) = index {
            for case in index::find(rows, index)? {
                matches.entry(case).or_default().insert(likeness);
            }
        }
        Ok::<_, ProjectionError>(())
    };
    add(indexed.name, MatchReason::SameName)?;
    add(indexed.phone, MatchReason::SamePhone)?;
    add(indexed.document, MatchReason::SameDocument)?;
    for near in &indexed.near {
        add(Some(*near), MatchReason::SimilarName)?;
    }
    for name in &indexed.as_respondent.names {
        add(Some(*name), MatchReason::RespondentName)?;
    }
    add(indexed.as_respondent.phone, MatchReason::RespondentPhone)?;
    for why in matches.values_mut() {
        if why.contains(&MatchReason::SameName) {
            why.remove(&MatchReason::SimilarName);
        }
    }
    Ok(matches)
}

fn matching_case(
    case: CaseId,
    state: Case,
    (opened_at, degree): (Timestamp, MatchDegree),
    why: BTreeSet<MatchReason>,
) -> MatchingCase {
    MatchingCase {
        case,
        number: state.opened.number.clone(),
        stage: state.stage(),
        window: state.opened.window.clone(),
        holder: state.holder().clone(),
        item: state.about.item,
        topic: state.about.topic,
        place: state.opened.place,
        urgent: state.urgent,
        needs: state.needs,
        settled: state.settled,
        opened_at,
        degree,
        why: why.into_iter().collect(),
    }
}

/// A reader who sees a division says why they look for a person; the reason is kept for ever, and names no person.
fn check_reason(
    actor: &Actor,
    query: &PersonSearchQuery,
    reason: Option<&str>,
) -> Result<(), Rejection> {
    let Some(reason) = reason else {
        return match actor.role {
            Role::Supervisor | Role::Auditor => Err(Rejection::ReasonMissing {}),
            Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => Ok(()),
        };
    };
    let wanted = PersonTerms {
        name: query.name.as_deref(),
        phone: query.phone.as_deref(),
        document: query.document.as_deref(),
    };
    if names(reason, wanted) {
        let field = "data.reason".to_owned();
        return Err(Rejection::NamesThePerson { field });
    }
    Ok(())
}

/// Whether a case may be the same as one that is about to be opened.
fn similarity(why: &BTreeSet<MatchReason>) -> Option<MatchDegree> {
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
        similarity(&why.iter().copied().collect())
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
    fn a_name_alone_is_empty() {
        assert_eq!(of(&[SameName]), None);
        assert_eq!(of(&[SameName, SameItem]), None);
        assert_eq!(of(&[SameName, SameItem, Recent]), Some(MatchDegree::Near));
        assert_eq!(of(&[SimilarName, SameItem, Recent]), None);
        let alike = [SimilarName, SameItem, SamePlace, Recent];
        assert_eq!(of(&alike), Some(MatchDegree::Near));
    }

    #[test]
    fn a_shared_telephone_is_a_near_match() {
        assert_eq!(of(&[SamePhone, SameItem]), Some(MatchDegree::Near));
    }
}
