//! Who opened more personal data than usual.

use onestop_chassis::{
    client::{Client, QuestionMeta},
    clock::SystemClock,
};
use onestop_proto::personal::{ReadingAlarm, ReadingAlarmsQuery};

use super::{Finding, State};
use crate::output::Output;

/// Older alarms are not shown here: the supervisor has them.
const TOLD_SECONDS: f64 = 7.0 * 86_400.0;
/// So many are named.
const NAMED: usize = 3;

/// The alarms of the last days.
pub(super) async fn findings(client: &Client, output: &Output) -> Option<Finding> {
    // A journal that does not answer has its own finding.
    let asked = client.ask(QuestionMeta::default(), &ReadingAlarmsQuery);
    let alarms = asked.await.ok()?.alarms;
    let now = SystemClock.now();
    let is_recent = |alarm: &&ReadingAlarm| now.seconds_since(alarm.at) < TOLD_SECONDS;
    let recent: Vec<&ReadingAlarm> = alarms.iter().filter(is_recent).collect();
    let about = output.message("doctor-readings");
    if recent.is_empty() {
        return Some(Finding::good(
            about,
            output.message("doctor-readings-usual"),
        ));
    }
    let named: Vec<String> = recent
        .iter()
        .take(NAMED)
        .map(|it| line(it, output))
        .collect();
    let (count, unit) = (recent.len(), output.message("doctor-readings-unusual"));
    let found = Finding::good(about, format!("{count} {unit}: {}", named.join("; ")));
    Some(found.but(State::Look, output.message("doctor-readings-look")))
}

/// One alarm: who, when, which limit.
fn line(alarm: &ReadingAlarm, output: &Output) -> String {
    let span = output.text(alarm.exceeded.span.text());
    let (at, by, limit) = (output.moment(alarm.at), &alarm.by, alarm.exceeded.limit);
    format!("{by} {at} > {limit} / {span}")
}
