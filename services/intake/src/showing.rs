//! How a case stands, as its units are shown it. Nothing of a person: that is opened by a question of its
//! own, and recorded.

use onestop_chassis::{Failure, client::ClientError};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    envelope::Source,
    ids::CaseRef,
    query::{CaseView, CustodyQuery, CustodyView},
    referral,
    rejection::{CommonRejection, Explain},
};

use crate::{
    domain::{Case, Rating, Standing, offered},
    service::{Intake, RULES, stream},
};

impl Intake {
    /// Whether somebody may be told of a case: by what intake knows, or because custody knows them to have a
    /// part in it, such as a unit that is asked. Everybody else is answered as if there were none.
    pub(crate) async fn tell(
        &self,
        asked: &CaseRef,
        actor: &Actor,
        may: fn(&Case, &Actor, &Directory) -> bool,
    ) -> Result<(), Failure> {
        let case = self.find(asked)?;
        let state = self.state(case, asked)?;
        if may(&state, actor, &self.directory) {
            return Ok(());
        }
        let who = (Some(actor.clone()), None);
        let query = CustodyQuery { case };
        let referral = referral::service();
        let custody = self.client.question(&referral, "custody", who, &query);
        let told: Result<CustodyView, _> = custody.await;
        match told {
            Ok(_) => Ok(()),
            Err(ClientError::Rejected(_)) => {
                let case = asked.clone();
                Err(CommonRejection::UnknownCase { case }.rejected().into())
            }
            Err(away) => Err(away.into_rejected().into()),
        }
    }

    pub(crate) fn view(&self, asked: &CaseRef) -> Result<CaseView, Failure> {
        let case = self.find(asked)?;
        let unknown = || {
            CommonRejection::UnknownCase {
                case: asked.clone(),
            }
            .rejected()
        };
        let (state, revision) = self
            .store
            .load(&stream(case), &RULES)?
            .ok_or_else(unknown)?;
        let opened_at = self
            .register
            .read(|register| register.opened_at(case))
            .ok_or_else(unknown)?;
        let merged_here = self.register.read(|register| register.merged_into(case));
        let others = state.opened.related.iter().copied();
        Ok(CaseView {
            case,
            number: state.opened.number.clone(),
            revision,
            stage: state.stage(),
            window: state.opened.window.clone(),
            holder: state.holder().clone(),
            holder_known_at: self.sources.answered_at(&Source::main(referral::service())),
            item: state.about.item.clone(),
            topic: state.about.topic.clone(),
            place: state.place,
            opened_at,
            erased: state.erased,
            urgent: state.opened.urgent,
            related: state.opened.opposed_to.into_iter().chain(others).collect(),
            missing: state.notice.clone().unwrap_or_default(),
            attachments: self.listed(&state),
            merged_into: match state.standing {
                Standing::Merged { into } => Some(into),
                Standing::AtWindow
                | Standing::Referred { .. }
                | Standing::ResultBack
                | Standing::Answered
                | Standing::Withdrawn
                | Standing::Closed
                | Standing::Archived => None,
            },
            merged_here,
            redo: match &state.rating {
                Rating::Redo { clock, .. } => Some(clock.due.clone()),
                Rating::None | Rating::Given { .. } | Rating::Redone { .. } => None,
            },
            possible: offered(&state).into_iter().map(str::to_owned).collect(),
            needs: state.needs,
        })
    }
}
