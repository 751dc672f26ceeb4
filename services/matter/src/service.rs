//! A specialist as a service: its commands, its question, the events that it handles.

use std::sync::Arc;

use onestop_chassis::{
    CommandResult, Context, Failure, Service,
    projection::Projection,
    service::{Publishing, encode_answer},
    store::{Batch, EventMeta},
    texts, timers,
};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    case,
    clock::{Clock, RunState},
    command::{CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, CaseRef, UnitId},
    matter::Rejection,
    problem_words::own,
    query::{MatterClock, MatterQuery, MatterView, Question, Requester, SpecialistQuestion},
    raw_json::RawJson,
    referral, registry,
    rejection::{Explain, Malformed},
    text::Words,
    time::Timestamp,
};

use crate::{
    domain::{SpecialistRules, Trigger, decide, may_see, react},
    given_numbers::GivenNumbers,
    matter_store::MatterStore,
    matter_tables::MatterTables,
    policy, streams,
    timer::Alarms,
};

/// The service of one specialist's rules.
#[derive(Debug)]
pub struct Specialist<L: SpecialistRules> {
    matters: Arc<MatterStore<L>>,
}

impl<L: SpecialistRules> Service for Specialist<L> {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        L::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        vec![referral::service(), case::service()]
    }

    fn follows() -> Vec<ServiceName> {
        vec![registry::service()]
    }

    fn commands() -> &'static [&'static str] {
        L::Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        SpecialistQuestion::NAMES
    }

    fn stream(case: CaseId) -> String {
        streams::stream(case)
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.matters.directory.get().oversees(actor, division)
    }

    fn oversees_all(&self, actor: &Actor) -> bool {
        self.matters.directory.get().oversees_all(actor)
    }

    fn division_of(&self, unit: &UnitId) -> Option<DivisionCode> {
        let directory = self.matters.directory.get();
        directory.unit(unit).map(|unit| unit.division)
    }

    fn directory_version(&self) -> Option<String> {
        Some(self.matters.directory.get().version().to_owned())
    }

    fn windows_of(&self, event: &Envelope) -> anyhow::Result<Vec<UnitId>> {
        Ok(case::window_of(event).into_iter().collect())
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let (store, supervisor) = (context.store, context.supervisor);
        let name = Self::name();
        let (settings, queues) = (context.settings, &context.metrics.queues);
        let (name, client) = (name.as_str(), context.client);
        let directory = CurrentDirectory::follow(settings, name, client, queues, supervisor)?;
        // Clocks that run keep their limits; the days off that were recorded by now count for those that are provisional.
        let tables = MatterTables::new(directory.get());
        let folder = settings.data.join(name);
        let moments = Projection::follow(tables, &store, &folder, supervisor)?;
        let numbers = GivenNumbers::new(moments.clone());
        let matters = Arc::new(MatterStore::new(store, directory, numbers));
        let alarms = Arc::new(Alarms {
            store: Arc::clone(&matters),
            moments,
        });
        supervisor.spawn("alarms", timers::run(alarms, supervisor.shutdown()));
        Ok(Self { matters })
    }

    async fn command(&self, name: &str, request: Request) -> CommandResult {
        let case = case_of(&request)?;
        let meta = EventMeta::from_request(name, &request, case);
        self.require_visible(case, &meta)?;
        texts::check_typed(&request.data)?;
        let command = L::Command::parse(name, request.data.clone())?;
        let known = self.matters.load(case)?;
        let key = known.and_then(|(matter, _)| matter.text_key);
        let meta = self.matters.store.sealing(meta, key);
        // Held until the append.
        let turn = if L::gives_number(&command) {
            Some(self.matters.numbers.turn(&self.matters.store).await?)
        } else {
            None
        };
        let done = self.matters.execute(case, &meta, |matter, context| {
            decide(matter, &command, context)
        });
        let done = done.await;
        drop(turn);
        done
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        let SpecialistQuestion::Matter(query) = SpecialistQuestion::parse(name, question.data)?;
        let requester = Requester::of(question.actor.as_ref(), question.within);
        let view = self.view(&query, requester)?;
        encode_answer::<MatterQuery>(&view)
    }

    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure> {
        let trigger = policy::trigger_of(event, &L::item());
        let Some(trigger) = trigger.map_err(|error| Failure::Internal(error.into()))? else {
            return Ok(());
        };
        let matter = self.matters.load_in(batch, event.subject)?;
        let unit = match (&trigger, matter) {
            (Trigger::CaseAccepted(received), _) => received.unit.clone(),
            (_, Some(matter)) => matter.unit.clone(),
            (_, None) => return Ok(()),
        };
        let actor = Actor::system(&Self::name(), unit);
        let meta = EventMeta::from_event(event, self.matters.store.source(), actor);
        self.matters.execute_in(
            batch,
            (event.subject, event.time),
            &meta,
            |matter, context| react(matter, &trigger, context),
        )?;
        let opposing = policy::opposing_cases(event, &L::item());
        for other in opposing.map_err(|error| Failure::Internal(error.into()))? {
            self.note_opposing(batch, event, (event.subject, other))?;
            self.note_opposing(batch, event, (other, event.subject))?;
        }
        Ok(())
    }
}

impl<L: SpecialistRules> Specialist<L> {
    /// To an actor whom a matter does not concern there is none, whatever the command says and whichever revision it rests on. A
    /// command that was carried out before is answered again.
    fn require_visible(&self, case: CaseId, meta: &EventMeta) -> Result<(), Failure> {
        let directory = self.matters.directory.get();
        let found = self.matters.load(case)?;
        let is_visible = found.is_some_and(|(matter, _)| may_see(&matter, &meta.actor, &directory));
        if is_visible || self.matters.store.was_executed(meta.command)? {
            return Ok(());
        }
        Err(Rejection::NoMatter {}.rejected().into())
    }

    /// Notes in the matter of a case, if there is one, that another case is of the other side.
    fn note_opposing(
        &self,
        batch: &mut Batch,
        event: &Envelope,
        (case, other): (CaseId, CaseId),
    ) -> Result<(), Failure> {
        let matter = self.matters.load_in(batch, case)?;
        let matter = matter.filter(|matter| !matter.opposing.contains(&other));
        let (Some(matter), Some(noted)) = (matter, L::note_opposing(other)) else {
            return Ok(());
        };
        let actor = Actor::system(&L::service(), matter.unit.clone());
        let key = format!("{}/opposing/{case}/{other}", L::service());
        let meta = EventMeta {
            subject: case,
            command: event.id.reaction_by(&key),
            ..EventMeta::from_event(event, self.matters.store.source(), actor)
        };
        self.matters
            .execute_in(batch, (case, event.time), &meta, |_, _| {
                Ok(vec![noted.clone()])
            })
    }

    /// The view of a matter. To an actor who may not see the case it does not exist. Nothing here says where its window is, so a
    /// program of a site names the handoff, which referral tells those alone whose case it is.
    fn view(&self, query: &MatterQuery, requester: Requester<'_>) -> Result<MatterView, Failure> {
        let (case, directory) = (query.case, &self.matters.directory.get());
        let found = self.matters.load(case)?;
        let found = found.filter(|(matter, _)| match requester {
            Requester::Actor(actor) => may_see(matter, actor, directory),
            Requester::ProgramOfSite(_) => query.handoff == Some(matter.handoff),
            Requester::Program => true,
        });
        let Some((matter, revision)) = found else {
            return Err(Rejection::NoMatter {}.rejected().into());
        };
        let now = self.matters.store.clock().now();
        let offers = self.matters.offers(case, &matter, (requester, now))?;
        Ok(MatterView {
            case,
            revision,
            step: matter.step.to_string(),
            standing: L::label(matter.step).into(),
            possible: offers.possible,
            available: offers.available,
            late_entries: offers.late_entries,
            clocks: matter
                .clocks
                .iter()
                .map(|clock| running_clock(clock, directory, now))
                .collect(),
            critical_dates: matter
                .critical_dates
                .iter()
                .map(|date| date.standing(now.china_date()))
                .collect(),
            respondents: L::respondents(&matter),
            recorded: L::recorded(&matter),
            // A matter that went on without them waits no more.
            papers: matter.papers.filter(|_| L::awaits_papers(matter.step)),
            unit: matter.unit,
        })
    }
}

fn running_clock(clock: &Clock, directory: &Directory, now: Timestamp) -> MatterClock {
    let count = directory.days_of_clock(clock, now);
    let named = directory.step_name(&clock.step).cloned();
    MatterClock {
        step: clock.step.clone(),
        name: named.unwrap_or_else(|| Words::untranslated(clock.step.as_str())),
        limit: clock.limit.clone(),
        due: clock.due.clone(),
        since: clock.history.as_ref().map(|history| history.since),
        paused_since: match clock.motion {
            RunState::Running => None,
            RunState::Paused { since } => Some(since),
        },
        used: count.map(|count| count.used),
        over: count.map_or(0, |count| count.late),
    }
}

fn case_of(request: &Request) -> Result<CaseId, Failure> {
    match request.case {
        Some(CaseRef::Id(case)) => Ok(case),
        Some(CaseRef::Number(_) | CaseRef::Official(_) | CaseRef::ShortCode(_)) | None => {
            Err(Malformed::new("case", own::NEEDS_CASE_ID.en).into())
        }
    }
}
