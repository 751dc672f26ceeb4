//! What a unit types is stored sealed to the public key of its case, and the state says what is stored.

use onestop_chassis::{CommandResult, texts::TextSecret};
use onestop_proto::{
    command::{CommandType, Execution, Request},
    free_text::{SealedText, TextKey},
    ids::CommandId,
    referral::Supervise,
};

use super::*;

const TEXT: &str = "请向岩温核实工资流水";

impl World {
    async fn opened(&self, case: CaseId, text_key: Option<TextKey>) {
        let site = self.window.site();
        let opened = Trigger::CaseOpened {
            window: self.window.clone(),
            division: VILLAGE.parse().unwrap(),
            number: format!("{site}-261123-001").parse().unwrap(),
            text_key,
        };
        self.react(case, &opened).await;
    }

    async fn supervise(&self, case: CaseId, key: CommandId, text: &str) -> CommandResult {
        let directory = self.custody.directory.get();
        let bureau = directory.supervisor_of(VILLAGE.parse().unwrap()).unwrap();
        let command = Command::from(Supervise {
            instruction: text.to_owned(),
        });
        let request = Request {
            id: key,
            actor: format!("supervisor/he-jun@{}", bureau.id).parse().unwrap(),
            case: Some(CaseRef::Id(case)),
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
            traceparent: None,
            data: command.data().unwrap(),
            proven: None,
        };
        let meta = EventMeta::from_request(command.name(), &request, case);
        self.custody.command(case, &meta, &command).await
    }

    /// The log's text of a case, and the instruction in the state of custody.
    fn stored(&self, case: CaseId) -> (String, String) {
        let history = self.custody.store.history(&stream(case)).unwrap();
        let data = history.iter().map(|event| event.data.text().to_owned());
        let (custody, _) = self.custody.load(case).unwrap().unwrap();
        (data.collect(), custody.instruction.unwrap().instruction)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_text_is_sealed_in_the_log_and_in_the_state() {
    let world = World::new().await;
    let clock = world.custody.store.clock().clone();
    let (case, key) = (clock.command().case(), clock.command());
    let secret = TextSecret::new([7; 32]);
    world.opened(case, Some(secret.public())).await;
    let first = world.supervise(case, key, TEXT).await.unwrap();

    let (log, instruction) = world.stored(case);
    assert!(!log.contains(TEXT), "{log}");
    assert!(log.contains(&instruction));
    let sealed = SealedText::parse(&instruction).unwrap();
    assert_eq!(secret.open(case, &sealed).as_deref(), Some(TEXT));

    // The same command again is the same, although a text that is sealed twice differs.
    let again = world.supervise(case, key, TEXT).await.unwrap();
    assert_eq!(again.answer, Execution::Repeated);
    assert_eq!(again.events, first.events);
    let Err(Failure::Rejected(refused)) = world.supervise(case, key, "另一件事").await else {
        panic!("the key was used for another text")
    };
    assert_eq!(refused.code, "key-reused");

    // A blank is refused before it is sealed.
    let blank = world.supervise(case, clock.command(), "  ").await;
    assert!(matches!(blank, Err(Failure::Rejected(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_case_without_a_key_stays_as_it_was_typed() {
    let world = World::new().await;
    let clock = world.custody.store.clock().clone();
    let case = clock.command().case();
    world.opened(case, None).await;
    world.supervise(case, clock.command(), TEXT).await.unwrap();
    let (log, instruction) = world.stored(case);
    assert_eq!(instruction, TEXT);
    assert!(log.contains(TEXT));
}
