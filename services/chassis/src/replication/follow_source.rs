//! An operator's decision to follow the diverged history of a source that was set aside, from its beginning.
//! Events processed before are recognised by their ids and append nothing.

use onestop_proto::{
    command::Request,
    division::DivisionCode,
    envelope::{Address, Source},
    ids::StaffId,
    issuer::Hand,
    rejection::Explain,
    replication::{
        Event, FollowRefused, FollowRequested, FollowSource, RefuseFollow, Rejection,
        ReplicationState, RequestFollow, SourceFollowed,
    },
    time::Timestamp,
    typed::says_nothing,
};
use uuid::Uuid;

use super::{
    processor::Processor,
    second_person::{Decider, Missing},
};
use crate::{
    failure::{CommandResult, Failure},
    service::Service,
    store::{Cursor, EventMeta, Rules, SourcePosition, StoreError},
};

/// What was decided about a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Decisions {
    /// The last request for following another history, which may have lapsed.
    requested: Option<FollowRequested>,
}

const RULES: Rules<Decisions, Event> = Rules { evolve, address };

fn evolve(_: Option<Decisions>, event: &Event) -> Option<Decisions> {
    Some(match event {
        Event::FollowRequested(requested) => Decisions {
            requested: Some(requested.clone()),
        },
        Event::FollowRefused(_) | Event::SourceFollowed(_) => Decisions::default(),
    })
}

/// The source that a decision is about.
pub(super) const fn of(event: &Event) -> &Source {
    match event {
        Event::FollowRequested(requested) => &requested.source,
        Event::FollowRefused(refused) => &refused.source,
        Event::SourceFollowed(followed) => &followed.source,
    }
}

/// The stream of what was decided about a source.
pub(super) fn stream(source: &Source) -> String {
    format!("source/{}/{}", source.service, source.instance)
}

/// The unit of the supervisor who asked or decided.
fn address(_: &Decisions, event: &Event) -> Address {
    let (unit, division) = match event {
        Event::FollowRequested(requested) => (&requested.unit, requested.division),
        Event::FollowRefused(refused) => (&refused.unit, refused.division),
        Event::SourceFollowed(followed) => (&followed.unit, followed.division),
    };
    Address {
        unit: unit.clone(),
        division,
        item: None,
    }
}

/// The request for following a history that waits for another person.
fn waiting(decisions: Option<&Decisions>, epoch: Uuid, now: Timestamp) -> Option<&FollowRequested> {
    let requested = decisions?.requested.as_ref();
    requested.filter(|requested| requested.epoch == epoch && now < requested.until)
}

/// The person who requested what is decided now; none where the operator of the machine says why they decide alone.
fn requested_by(
    decisions: Option<&Decisions>,
    follow: &FollowSource,
    decider: Decider<'_>,
) -> Result<Option<StaffId>, Rejection> {
    let open = waiting(decisions, follow.epoch, decider.now).map(|requested| &requested.by);
    let requested_by = decider.requested_by(open, follow.alone.as_deref());
    requested_by.map_err(|missing| match missing {
        Missing::SecondPerson { by } => Rejection::SamePerson { by },
        Missing::Request => Rejection::FollowNotRequested {
            source: follow.source.clone(),
        },
    })
}

/// Who asked for what is refused now.
fn refused_request(
    decisions: Option<&Decisions>,
    refuse: &RefuseFollow,
    now: Timestamp,
) -> Result<StaffId, Rejection> {
    if says_nothing(&refuse.why) {
        return Err(Rejection::NoReason {});
    }
    let waiting = waiting(decisions, refuse.epoch, now);
    let waiting = waiting.ok_or(Rejection::NoRequestWaits {})?;
    Ok(waiting.by.clone())
}

/// Which history of a log is followed concerns every division. The operator of the machine could change the files anyway.
fn check_oversight(overseen: Overseen, hand: Hand) -> Result<(), Rejection> {
    match (overseen, hand) {
        (Overseen::All, _) | (_, Hand::Operator) => Ok(()),
        (Overseen::Part, Hand::Person) => Err(Rejection::WholeProvinceOnly {}),
    }
}

/// How much of the installation's territory a person oversees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overseen {
    All,
    Part,
}

impl<S: Service> Processor<S> {
    /// Checks, before its data is read, that who sends a command about sources may.
    ///
    /// # Errors
    /// If they oversee a part of the divisions alone.
    pub(crate) fn check_may_follow(&self, request: &Request) -> Result<(), Failure> {
        let overseen = if self.service.oversees_all(&request.actor) {
            Overseen::All
        } else {
            Overseen::Part
        };
        let hand = Hand::of(request.proven.as_ref().map(|proven| &proven.issuer));
        let checked = check_oversight(overseen, hand);
        checked.map_err(|refusal| refusal.rejected().into())
    }

    /// Where the unit of a command's actor is; as the command says where the directory does not know the unit.
    fn division_of_actor(&self, request: &Request, said: DivisionCode) -> DivisionCode {
        let known = self.service.division_of(&request.actor.unit);
        known.unwrap_or(said)
    }

    /// The history of a source that was followed before, and how far.
    ///
    /// # Errors
    /// If the source was not set aside with that history, or no reason is given.
    fn check_diverged(
        &self,
        source: &Source,
        epoch: Uuid,
        why: &str,
    ) -> Result<(Uuid, u64), Rejection> {
        if says_nothing(why) {
            return Err(Rejection::NoReason {});
        }
        let diverged = self.sources.set_aside(source);
        let reached = self.sources.followed(source);
        let (instead_of, position) =
            reached
                .filter(|_| diverged == Some(epoch))
                .ok_or_else(|| Rejection::NotDiverged {
                    source: source.clone(),
                    epoch,
                })?;
        if epoch <= instead_of {
            return Err(Rejection::SameEpoch {
                source: source.clone(),
            });
        }
        Ok((instead_of, position.next))
    }

    /// The requests for following another history that wait for another person.
    pub(crate) fn follow_requests(&self) -> Result<Vec<FollowRequested>, StoreError> {
        let now = self.store.clock().now();
        let mut requests = Vec::new();
        for state in self.sources.sources().sources {
            let ReplicationState::Diverged { epoch, .. } = state.state else {
                continue;
            };
            let loaded = self.store.load(&stream(&state.source), &RULES)?;
            let decisions = loaded.map(|(decisions, _)| decisions);
            requests.extend(waiting(decisions.as_ref(), epoch, now).cloned());
        }
        Ok(requests)
    }

    /// Asks for following the history with which a source was set aside.
    ///
    /// # Errors
    /// If the source was not set aside with that history, no reason is given, or it was asked for already.
    pub async fn request_follow(&self, request: &Request, asked: &RequestFollow) -> CommandResult {
        let meta = EventMeta::from_request("request-follow", request, request.id.case());
        let division = self.division_of_actor(request, asked.division);
        let decide = |decisions: Option<&Decisions>, now: Timestamp| {
            self.check_diverged(&asked.source, asked.epoch, &asked.why)?;
            if let Some(waiting) = waiting(decisions, asked.epoch, now) {
                return Err(Rejection::FollowRequested {
                    by: waiting.by.clone(),
                    until: waiting.until,
                });
            }
            let decider = Decider::new(&meta, now, self.second_person_hours);
            Ok(vec![Event::from(FollowRequested {
                source: asked.source.clone(),
                epoch: asked.epoch,
                why: asked.why.clone(),
                by: meta.actor.staff.clone(),
                until: decider.deadline(),
                unit: meta.actor.unit.clone(),
                division,
            })])
        };
        let stream = stream(&asked.source);
        let done = self
            .store
            .execute(&stream, &meta, None, &RULES, decide)
            .await?;
        Ok(done.0)
    }

    /// Refuses the request for following the history with which a source was set aside. The person who asked takes it back so.
    ///
    /// # Errors
    /// If no such request waits, or no reason is given.
    pub async fn refuse_follow(&self, request: &Request, refuse: &RefuseFollow) -> CommandResult {
        let meta = EventMeta::from_request("refuse-follow", request, request.id.case());
        let division = self.division_of_actor(request, refuse.division);
        let decide = |decisions: Option<&Decisions>, now: Timestamp| {
            let requested_by = refused_request(decisions, refuse, now)?;
            Ok::<_, Rejection>(vec![Event::from(FollowRefused {
                source: refuse.source.clone(),
                epoch: refuse.epoch,
                why: refuse.why.clone(),
                requested_by,
                unit: meta.actor.unit.clone(),
                division,
            })])
        };
        let stream = stream(&refuse.source);
        let done = self
            .store
            .execute(&stream, &meta, None, &RULES, decide)
            .await?;
        Ok(done.0)
    }

    /// Follows the history with which a source was set aside.
    ///
    /// # Errors
    /// If the source was not set aside with that history, no reason is given, or no other person has requested it.
    pub async fn follow(&self, request: &Request, follow: &FollowSource) -> CommandResult {
        let (source, epoch) = (follow.source.clone(), follow.epoch);
        // The decision concerns no case: its subject is an id of its own.
        let meta = EventMeta::from_request("follow-source", request, request.id.case());
        let division = self.division_of_actor(request, follow.division);
        let decide = |decisions: Option<&Decisions>, now: Timestamp| {
            let (instead_of, heard) = self.check_diverged(&source, epoch, &follow.why)?;
            let decider = Decider::new(&meta, now, self.second_person_hours);
            let requested_by = requested_by(decisions, follow, decider)?;
            let alone = follow.alone.clone().filter(|_| requested_by.is_none());
            Ok::<_, Rejection>(vec![Event::from(SourceFollowed {
                source: source.clone(),
                epoch,
                instead_of,
                heard,
                why: follow.why.clone(),
                unit: request.actor.unit.clone(),
                division,
                requested_by,
                alone,
            })])
        };
        let beginning = SourcePosition::default();
        let cursor = Cursor::new(&source, epoch, beginning);
        let stream = stream(&source);
        let done = self
            .store
            .execute(&stream, &meta, Some(&cursor), &RULES, decide)
            .await?;
        self.sources.set_position(&source, epoch, beginning);
        let now = self.store.clock().now();
        self.sources.record_reply(&source, 0, now);
        Ok(done.0)
    }
}

#[cfg(test)]
mod tests;
