//! The index of moments says what a look at every pending redo finds.

use onestop_proto::{
    actor::Actor,
    clock::{ClockStopped, Step, Stop},
    envelope::{Address, RawEvent},
    ids::CommandId,
    trace::TraceParent,
};
use proptest::prelude::*;

use super::*;

const DIVISION: &str = "530821101";
/// The next year's holidays, announced.
const NOTICE: &str = r#"
[[year]]
year = 2027
notice = "试验"
working = [2027-01-10]
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-05 },
    { name = "春节", from = 2027-02-05, to = 2027-02-12 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
"#;

struct Run {
    register: Register,
    directory: Arc<Directory>,
    history: Vec<RecordedEvent>,
    now: Timestamp,
}

impl Run {
    /// The redo of a case begins, its clock tells what it has to, or it is done.
    fn step(&mut self, number: u32) {
        let case = key(number).case();
        let step: Step = "intake.redo".parse().unwrap();
        let division = DIVISION.parse().unwrap();
        let announced = self.register.redo.get(&case).map(|redo| {
            let clocks = &redo.clocks;
            self.directory
                .clock_announcements(clocks, self.now, |_| Some(division))
        });
        let events: Vec<case::Event> = match announced {
            None => vec![self.directory.start_clock(step, division, self.now).into()],
            Some(events) if events.is_empty() && number.is_multiple_of(2) => {
                let why = Stop::Done;
                vec![ClockStopped { step, why }.into()]
            }
            Some(events) => events,
        };
        for event in events {
            let recorded = self.recorded(case, &event);
            self.tell(&recorded);
            self.history.push(recorded);
        }
    }

    fn tell(&mut self, recorded: &RecordedEvent) {
        let event: case::Event = recorded.event.parse().unwrap();
        self.register
            .update_redo(recorded, &ClockEvent::of(&event).unwrap());
        self.register.set_moment(recorded.case, self.now);
    }

    fn recorded(&self, case: CaseId, event: &case::Event) -> RecordedEvent {
        let command = key(1_000 + u32::try_from(self.history.len()).unwrap());
        let window: UnitId = "s4k2m9qxa.window".parse().unwrap();
        RecordedEvent {
            id: command.event(0),
            event: RawEvent::from_event(event).unwrap(),
            time: self.now,
            recordedtime: self.now,
            case,
            causationid: command.uuid(),
            command,
            commandhash: String::new(),
            actor: Actor::system(&case::service(), window.clone()),
            issuer: None,
            tokenid: None,
            address: Address {
                unit: window,
                division: DIVISION.parse().unwrap(),
                item: None,
            },
            traceparent: TraceParent::start(command),
        }
    }

    /// A start, perhaps with another calendar.
    fn restart(&mut self, directory: &Arc<Directory>) {
        self.directory = Arc::clone(directory);
        self.register = Register::default();
        for recorded in self.history.clone() {
            self.tell(&recorded);
        }
        self.register.complete(Arc::clone(directory), self.now);
    }

    fn assert_as_a_scan(&self) {
        let due = |redo: &Redo| redo.moment(&self.directory, self.now);
        let is_due = |redo: &Redo| due(redo).is_some_and(|at| at <= self.now);
        let scanned = self.register.redo.iter().filter(|(_, redo)| is_due(redo));
        let scanned: HashSet<CaseId> = scanned.map(|(case, _)| *case).collect();
        let found = self
            .register
            .due_redos(&self.directory, self.now)
            .into_iter();
        let found: HashSet<CaseId> = found.map(|due| due.subject).collect();
        assert_eq!(found, scanned);
    }
}

fn key(number: u32) -> CommandId {
    format!("019ab0c4-8000-7000-8000-{number:012x}")
        .parse()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_due_is_what_a_look_at_every_redo_finds(
        steps in prop::collection::vec((0_u32..5, 0_i64..60, 0_u8..8), 1..60)
    ) {
        let shipped = Arc::new(Directory::built_in().unwrap());
        let announced = Arc::new(Directory::built_in_with("calendar.toml", NOTICE).unwrap());
        let mut run = Run {
            register: Register::default(),
            directory: Arc::clone(&shipped),
            history: Vec::new(),
            now: "2026-12-21 09:00:00".parse().unwrap(),
        };
        run.restart(&shipped);
        for (case, hours, what) in steps {
            run.now = run.now.plus_seconds(hours * 3_600);
            match what {
                0 => run.restart(&announced),
                1 => run.restart(&shipped),
                _ => run.step(case),
            }
            run.assert_as_a_scan();
        }
    }
}
