//! A command that was sent and not answered: it is not known whether it was carried out, which is said; the same key
//! finds out.

use std::time::Duration;

use onestop_chassis::{
    client::{ClientError, CommandMeta},
    clock::SystemClock,
};
use onestop_proto::case;

use crate::{
    harness::{Deployment, Onestop, Part},
    invariants::assert_logs,
    journeys::{CLERK, VILLAGE, request},
    test_user::{TestUser, actor, short},
};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_and_the_same_key_finds_out() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let meta = CommandMeta::new(SystemClock.command(), actor(CLERK), None);
    let open = case::Command::from(request("legal-aid", "labour-pay", VILLAGE));
    let intake = case::service();
    let impatient = onestop.client().await.with_timeout(Duration::from_secs(2));
    impatient.bus().connected().await;

    onestop.signal(Part::Broker, "STOP");
    let failed = impatient.command(&intake, meta.clone(), &open).await;
    onestop.signal(Part::Broker, "CONT");
    let rejected = failed.map_err(ClientError::into_rejected).unwrap_err();
    assert_eq!(rejected.code, "outcome-unknown");
    assert!(!rejected.message.en.contains("Nothing was changed"));

    user.sent.lock().unwrap().commands.insert(meta.id);
    let found = user.send(&intake, meta.clone(), &open).await.unwrap();
    let again = user.send(&intake, meta, &open).await.unwrap();
    assert_eq!((again.case, again.events), (found.case, found.events));
    let log = user.log(&intake).await;
    let of_case = log.iter().filter(|event| event.subject == found.case);
    let opened = of_case.filter(|event| short(&event.event_type) == "case.opened");
    assert_eq!(opened.count(), 1);
    assert_logs(&user, &[]).await;
}
