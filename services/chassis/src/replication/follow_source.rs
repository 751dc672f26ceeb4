//! What somebody decided about a source that was set aside: its other history is followed from its
//! beginning. What of it was heard before is recognised by its ids and changes nothing.

use onestop_proto::{
    command::{AcceptedCommand, Request},
    envelope::Address,
    replication::{Event, FollowSource, Rejection, SourceFollowed},
};

use super::processor::Processor;
use crate::{
    service::{Failure, Service},
    store::{Cursor, EventMeta, Rules, SourcePosition, followed},
};

const RULES: Rules<SourceFollowed, Event> = Rules { evolve, address };

fn evolve(_: Option<SourceFollowed>, event: &Event) -> Option<SourceFollowed> {
    let Event::SourceFollowed(followed) = event;
    Some(followed.clone())
}

/// Whom it concerns: the unit of whoever decided.
fn address(followed: &SourceFollowed, _: &Event) -> Address {
    Address {
        unit: followed.unit.clone(),
        division: followed.division,
        item: None,
    }
}

impl<S: Service> Processor<S> {
    /// Follows the history that a source was set aside with.
    pub(crate) async fn follow(
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
        // What is decided about a source is nobody's case: it gets an id of its own.
        let meta = EventMeta::from_request("follow-source", request, request.id.case());
        let heard = followed(&self.sources.progress(), &source);
        let apart = self.sources.set_aside(&source);
        let decide = |_: Option<&SourceFollowed>, _| {
            if why.trim().is_empty() {
                return Err(Rejection::NoReason {});
            }
            let not_apart = || Rejection::NotDiverged {
                source_name: source.clone(),
                epoch,
            };
            let (instead_of, upto) = heard
                .filter(|_| apart == Some(epoch))
                .ok_or_else(not_apart)?;
            if epoch <= instead_of {
                return Err(Rejection::SameEpoch {
                    source_name: source.clone(),
                });
            }
            Ok(vec![Event::from(SourceFollowed {
                source: source.clone(),
                epoch,
                instead_of,
                heard: upto.next,
                why: why.clone(),
                unit: request.actor.unit.clone(),
                division,
            })])
        };
        let cursor = Cursor::new(&source, epoch, SourcePosition::default());
        let stream = format!("source/{}/{}", source.service, source.instance);
        let done = self
            .store
            .execute(&stream, &meta, Some(&cursor), &RULES, decide)
            .await?;
        self.sources
            .heard(&source, epoch, SourcePosition::default());
        self.sources.answered(&source, 0, self.store.clock().now());
        Ok(done.0)
    }
}
