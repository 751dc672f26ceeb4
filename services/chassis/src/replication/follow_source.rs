//! An operator's decision to follow the diverged history of a source that was set aside, from its beginning.
//! Events processed before are recognised by their ids and append nothing.

use onestop_proto::{
    command::{AcceptedCommand, Request},
    envelope::{Address, Source},
    replication::{Event, FollowSource, Rejection, SourceFollowed},
};

use super::processor::Processor;
use crate::{
    failure::Failure,
    service::Service,
    store::{Cursor, EventMeta, Rules, SourcePosition},
};

const RULES: Rules<SourceFollowed, Event> = Rules { evolve, address };

fn evolve(_: Option<SourceFollowed>, event: &Event) -> Option<SourceFollowed> {
    let Event::SourceFollowed(followed) = event;
    Some(followed.clone())
}

/// The stream of what was decided about a source.
pub(super) fn stream(source: &Source) -> String {
    format!("source/{}/{}", source.service, source.instance)
}

/// The unit of the operator who decided.
fn address(followed: &SourceFollowed, _: &Event) -> Address {
    Address {
        unit: followed.unit.clone(),
        division: followed.division,
        item: None,
    }
}

impl<S: Service> Processor<S> {
    /// Follows the history with which a source was set aside.
    ///
    /// # Errors
    /// If the source was not set aside with that history, or no reason is given.
    pub async fn follow(
        &self,
        request: &Request,
        follow: &FollowSource,
    ) -> Result<AcceptedCommand, Failure> {
        let FollowSource {
            source,
            epoch,
            why,
            division,
        } = follow.clone();
        // The decision concerns no case: its subject is an id of its own.
        let meta = EventMeta::from_request("follow-source", request, request.id.case());
        let reached = self.sources.followed(&source);
        let diverged = self.sources.set_aside(&source);
        let decide = |_: Option<&SourceFollowed>, _| {
            if why.trim().is_empty() {
                return Err(Rejection::NoReason {});
            }
            let not_set_aside = || Rejection::NotDiverged {
                source: source.clone(),
                epoch,
            };
            let (instead_of, position) = reached
                .filter(|_| diverged == Some(epoch))
                .ok_or_else(not_set_aside)?;
            if epoch <= instead_of {
                return Err(Rejection::SameEpoch {
                    source: source.clone(),
                });
            }
            Ok(vec![Event::from(SourceFollowed {
                source: source.clone(),
                epoch,
                instead_of,
                heard: position.next,
                why: why.clone(),
                unit: request.actor.unit.clone(),
                division,
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
