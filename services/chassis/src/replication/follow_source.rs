//! What somebody decided about a source that was set aside: its other history is followed from its
//! beginning. What of it was heard before is recognised by its ids and changes nothing.

use onestop_proto::{
    command::{Accepted, Request},
    envelope::Address,
    hearing::{Event, Follow, Followed, Rejection},
};

use super::processor::Processor;
use crate::{
    service::{Failure, Service},
    store::{Cursor, EventMeta, Rules, SourcePosition, followed},
};

const RULES: Rules<Followed, Event> = Rules { evolve, address };

fn evolve(_: Option<Followed>, event: &Event) -> Option<Followed> {
    let Event::Followed(followed) = event;
    Some(followed.clone())
}

/// Whom it concerns: the unit of whoever decided.
fn address(followed: &Followed, _: &Event) -> Address {
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
        follow: &Follow,
    ) -> Result<Accepted, Failure> {
        let Follow {
            source,
            epoch,
            why,
            division,
        } = follow.clone();
        // What is decided about a source is nobody's case: it gets an id of its own.
        let meta = EventMeta::from_request("follow-source", request, request.id.case());
        let heard = followed(&self.sources.progress(), &source);
        let apart = self.sources.set_aside(&source);
        let decide = |_: Option<&Followed>, _| {
            if why.trim().is_empty() {
                return Err(Rejection::NoReason {});
            }
            let not_apart = || Rejection::NotSetAside {
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
            Ok(vec![Event::from(Followed {
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
