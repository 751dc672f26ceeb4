//! Checks, before a service decides, who has sent a request, and that the role may send it.

use async_nats::Message;
use onestop_proto::{
    actor::Actor,
    command::Request,
    command_size,
    division::DivisionCode,
    issuer::Unproven,
    late_entry::{APPROVAL_AUDIENCE, ApprovalClaim, ContentHash, ProvenApprover, forwarded_from},
    permission,
    problem_words::own,
    query::Question,
    rejection::{CommonRejection, Explain, Malformed, parse_text},
    time::Timestamp,
};
use serde::de::DeserializeOwned;

use super::issuer_places::IssuerReach;
use crate::{
    failure::Failure,
    identity::{self, NamedQuestion, Proof, Roster},
    service::Service,
};

/// Finds out for a service who has sent a request.
pub(super) struct Authorization<'a, S> {
    pub(super) service: &'a S,
    pub(super) roster: &'a Roster,
    pub(super) now: Timestamp,
}

impl<S: Service> Authorization<'_, S> {
    /// The command in a message, with who has proven its actor, and how far that one's word reaches.
    pub(super) fn command(
        &self,
        name: &str,
        message: &Message,
    ) -> Result<(Request, IssuerReach), Failure> {
        let too_much = |refused: CommonRejection| Failure::from(refused.rejected());
        let bytes = message.payload.len();
        command_size::check_bytes(&S::name(), name, bytes).map_err(too_much)?;
        let proof = self.proof(message)?;
        let mut request: Request = parse(message)?;
        command_size::check_data(&S::name(), name, &request.data).map_err(too_much)?;
        let division = self.division_of(&request.actor);
        let proven = proof.check_actor(&request.actor, division);
        proven.map_err(not_proven)?;
        request.proven = Some(proof.by());
        check_permitted::<S>(name, &request)?;
        check_late_entry(&request)?;
        self.prove_approver(name, &proof, &mut request)?;
        Ok((request, reach_of(&proof)))
    }

    /// Finds out whose act the approval of a late entry is. Whether that person may approve it, the rules of the service decide.
    fn prove_approver(
        &self,
        name: &str,
        sender: &Proof,
        request: &mut Request,
    ) -> Result<(), Failure> {
        let dated = request.late_entry.as_mut().zip(request.occurred_at);
        let Some((late, occurred_at)) = dated else {
            return Ok(());
        };
        let Some(approval) = &mut late.approval else {
            return Ok(());
        };
        let service = S::name();
        // A service that forwards a command derives its key from that of the command.
        let act = if request.id == approval.entry {
            approval.case.clone_from(&request.case);
            approval.content = Some(ContentHash::of(&request.data));
            format!("{service}.{name}")
        } else if request.id == approval.entry.forwarded(service.as_str()) {
            let from = forwarded_from(service.as_str(), name);
            let from = from.filter(|from| is_sent_by(sender, from));
            from.ok_or_else(|| approval_not_proven(Unproven::OtherAudience))?
                .to_owned()
        } else {
            return Err(approval_not_proven(Unproven::OtherAudience));
        };
        let case = approval.case.as_ref().map(ToString::to_string);
        let content = approval.content.as_ref();
        let content = content.ok_or_else(|| approval_not_proven(Unproven::BadSignature))?;
        let claim = ApprovalClaim {
            entry: approval.entry,
            act: &act,
            case: case.as_deref(),
            doer: &request.actor,
            occurred_at,
            reason: late.reason,
            content,
        };
        let text = claim.text();
        let signed = (APPROVAL_AUDIENCE, text.as_bytes());
        let proof = self.roster.verify(Some(&approval.token), signed, self.now);
        let proof = proof.map_err(approval_not_proven)?;
        let named = proof.actor().cloned();
        let actor = named.ok_or_else(|| approval_not_proven(Unproven::OtherActor))?;
        let proven = proof.check_actor(&actor, self.division_of(&actor));
        proven.map_err(approval_not_proven)?;
        let by = proof.by();
        late.approver = Some(ProvenApprover { actor, by });
        Ok(())
    }

    /// The question in a message, if its issuer may ask it, and how far that one's word reaches.
    pub(super) fn question(
        &self,
        name: &str,
        message: &Message,
    ) -> Result<(Question, IssuerReach), Failure> {
        let proof = self.proof(message)?;
        let mut question: Question = parse(message)?;
        let actor = question.actor.as_ref();
        let division = actor.and_then(|actor| self.division_of(actor));
        let service = S::name();
        let asked = NamedQuestion {
            service: service.as_str(),
            question: name,
        };
        let proven = proof.check_question(&asked, actor, division);
        proven.map_err(not_proven)?;
        question.proven = Some(proof.by());
        question.within = proof.within();
        Ok((question, reach_of(&proof)))
    }

    /// Who has signed a message.
    fn proof(&self, message: &Message) -> Result<Proof, Failure> {
        let headers = message.headers.as_ref();
        let token = headers.and_then(|headers| headers.get(identity::HEADER));
        let request = (message.subject.as_str(), &message.payload[..]);
        let token = token.map(async_nats::HeaderValue::as_str);
        let proof = self.roster.verify(token, request, self.now);
        proof.map_err(not_proven)
    }

    fn division_of(&self, actor: &Actor) -> Option<DivisionCode> {
        self.service.division_of(&actor.unit)
    }
}

fn parse<T: DeserializeOwned>(message: &Message) -> Result<T, Failure> {
    let parsed = parse_text(&message.payload);
    parsed.map_err(Failure::from)
}

fn reach_of(proof: &Proof) -> IssuerReach {
    match proof.within() {
        Some(_) => IssuerReach::Part,
        None => IssuerReach::Everywhere,
    }
}

/// Whether the service that a command, `<service>.<command>`, is forwarded from has sent it itself.
fn is_sent_by(sender: &Proof, from: &str) -> bool {
    let issuer = sender.by().issuer;
    let service = from.split('.').next();
    issuer.service().is_some() && issuer.service() == service
}

fn not_proven(why: Unproven) -> Failure {
    CommonRejection::NotProven { why }.rejected().into()
}

fn approval_not_proven(why: Unproven) -> Failure {
    CommonRejection::ApprovalNotProven { why }.rejected().into()
}

/// What says why an act is entered late says when it happened, and an approval says whose it is: nothing of it is ignored.
fn check_late_entry(request: &Request) -> Result<(), Failure> {
    let Some(late) = &request.late_entry else {
        return Ok(());
    };
    let (field, problem) = if request.occurred_at.is_none() {
        ("occurred_at", own::LATE_WITHOUT_TIME)
    } else if late.approval.is_some() && late.approved_by.is_none() {
        ("late_approver", own::LATE_APPROVER_FIRST)
    } else {
        return Ok(());
    };
    let malformed = Malformed::new(field, problem.en);
    Err(malformed.into())
}

/// Checks the role's permission in the service that decides, not only in the gateway.
fn check_permitted<S: Service>(command: &str, request: &Request) -> Result<(), Failure> {
    let permitted = permission::permitted(S::name().as_str(), command);
    let role = request.actor.role;
    if permitted.contains(&role) {
        return Ok(());
    }
    Err(CommonRejection::NotPermitted {
        command: command.to_owned(),
        role,
        permitted: permitted.to_vec(),
    }
    .rejected()
    .into())
}
