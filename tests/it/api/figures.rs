//! One figure wherever it is read: of the same random cases, pages, their files and the API say the same counts, the same overdue
//! cases and the same days late.

use fastrand::Rng;
use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    case::{AnswerCitizen, Channel, Close, Grade, Open, Rate, WindowAction},
    time::Timestamp,
};
use onestop_testing::seed;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Web, body, key, marks, started};
use crate::{
    harness::until,
    invariants::lists_are_current,
    journeys::{VILLAGE, request},
    test_user::TestUser,
};

const CASES: usize = 14;
const DAY: i64 = 24 * 3_600;
/// Later than so many days paper needs another person's approval.
const LATEST: i64 = 6;
/// More than any case here.
const LIMIT: &str = "200";

/// The text of a piece of a page, without its tags.
pub(super) fn text(html: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for sign in html.chars() {
        match sign {
            '<' => depth += 1,
            '>' => {
                depth = depth.saturating_sub(1);
                plain.push(' ');
            }
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of the rows of a page's first table, its head aside.
pub(super) fn table(page: &str) -> Vec<Vec<String>> {
    let table = page.split_once("<tbody>").map_or("", |(_, rest)| rest);
    let table = table.split_once("</table>").map_or("", |(table, _)| table);
    let rows = table.split("<tr>").skip(1);
    let cells = rows.map(|row| {
        let row = row.replace("<th ", "<td ");
        let cells = row.split("<td").skip(1);
        cells
            .map(|cell| {
                cell.split_once('>')
                    .map_or(String::new(), |(_, rest)| text(rest))
            })
            .collect()
    });
    cells.collect()
}

/// The rows of a file, its heads aside. None of what is written here is quoted.
fn file(csv: &str) -> Vec<Vec<String>> {
    assert!(!csv.contains('"'), "{csv}");
    let lines = csv.lines().skip(1);
    let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
    lines.map(cells).collect()
}

/// Cases of a village, some of them entered some days later.
struct Made {
    clerk: Web,
    rng: Rng,
    now: Timestamp,
}

impl Made {
    async fn send(&self, path: &str, happened_at: Timestamp, data: Value) -> Value {
        let mut sent = self.clerk.post(path, key(), &data);
        if happened_at < self.now {
            sent = sent.header("occurred-at", happened_at.to_string());
            sent = sent.header("late-reason", "outage");
        }
        let answer = sent.send().await.unwrap();
        let status = answer.status();
        let said = body(answer).await;
        assert!(status.is_success(), "{path}: {status} {said}");
        said
    }

    async fn one(&mut self) {
        let late = self.rng.i64(0..=LATEST);
        let at = |seconds: i64| self.now.plus_seconds(-late * DAY + seconds).min(self.now);
        let (item, topic, wanted) = match self.rng.u8(..3) {
            0 => ("legal-aid", "labour-pay", WindowAction::Refer),
            _ => ("consultation", "family", WindowAction::Answer),
        };
        let open = Open {
            request: wanted,
            channel: Channel::Paper,
            ..request(item, topic, VILLAGE)
        };
        let opened = self.send("/cases", at(0), json!(open)).await;
        let case = opened["case"].as_str().unwrap();
        if wanted == WindowAction::Refer {
            return;
        }
        let acts: [(&str, Value); 3] = [
            (
                "answer",
                json!(AnswerCitizen {
                    answer: "可以申请法律援助".to_owned()
                }),
            ),
            (
                "rate",
                json!(Rate {
                    grade: Grade::VerySatisfied
                }),
            ),
            ("close", json!(Close {})),
        ];
        let done = self.rng.usize(..=acts.len());
        for (second, (act, data)) in (1..).zip(acts.into_iter().take(done)) {
            let path = format!("/cases/{case}/intake/{act}");
            self.send(&path, at(second * 60), data).await;
        }
    }
}

/// What the supervisor of the prefecture reads.
pub(super) struct Read {
    supervisor: Web,
}

impl Read {
    async fn api(&self, path: &str, query: &[(&str, String)]) -> Value {
        let pairs = query.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={}", value.replace('+', "%2B")))
            .collect();
        let asked = self.supervisor.get(&format!("{path}?{}", pairs.join("&")));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        body(answer).await
    }

    async fn cases(&self) -> Vec<Value> {
        let found = self.api("/cases", &[("limit", LIMIT.to_owned())]).await;
        found["rows"].as_array().unwrap().clone()
    }

    pub(super) async fn page(&self, path: &str) -> String {
        let asked = self.supervisor.page(Method::GET, path);
        let answer = asked.header("accept-language", "zh-CN").send().await;
        answer.unwrap().text().await.unwrap()
    }

    /// Once every case is known, every offer was made, and the lists hold what followed.
    async fn settle(&self, user: &TestUser) {
        until("every case is known and offered", async || {
            let cases = self.cases().await;
            let waits = |case: &Value| case["item"] == "legal-aid" && case["offer"].is_null();
            cases.len() == CASES && !cases.iter().any(waits)
        })
        .await;
        lists_are_current(user).await;
    }
}

fn number(figures: &Value, field: &str) -> String {
    figures[field].as_u64().unwrap().to_string()
}

/// The share of a number of steps, as the page rounds it.
fn percent(figures: &Value, part: &str, whole: &str) -> String {
    let (part, whole) = (
        figures[part].as_f64().unwrap(),
        figures[whole].as_f64().unwrap(),
    );
    if whole > 0.0 {
        format!("{:.0}%", part * 100.0 / whole)
    } else {
        "—".to_owned()
    }
}

/// `/timeliness`, `/timeliness.csv` and the API's `/timeliness`, row by row and in all.
async fn figures_agree(read: &Read) -> Value {
    let today = SystemClock.now().china_date();
    let period = [
        (
            "from",
            Timestamp::start_of_china_day("2020-01-01".parse().unwrap()).to_string(),
        ),
        ("to", Timestamp::end_of_china_day(today).to_string()),
    ];
    let api = read.api("/timeliness", &period).await;
    let page = read.page("/timeliness?from=2020-01-01").await;
    let file = file(&read.page("/timeliness.csv?from=2020-01-01").await);
    let shown = table(&page);
    let rows = api["rows"].as_array().unwrap();
    let all = rows
        .iter()
        .map(|row| &row["figures"])
        .chain([&api["total"]]);
    assert_eq!(
        (shown.len(), file.len()),
        (rows.len() + 1, rows.len() + 1),
        "{page}"
    );
    for ((figures, shown), line) in all.zip(&shown).zip(&file) {
        for (column, field) in [
            (2, "received"),
            (3, "closed"),
            (4, "steps"),
            (5, "in_time"),
            (6, "in_time_on_paper"),
            (8, "due_soon"),
            (9, "overdue"),
            (10, "offered"),
            (11, "sent_back"),
        ] {
            assert_eq!(line[column], number(figures, field), "{field} in the file");
        }
        for (column, field) in [
            (1, "received"),
            (2, "closed"),
            (6, "due_soon"),
            (7, "overdue"),
        ] {
            let last = shown[column].split(' ').next_back().unwrap();
            assert_eq!(last, number(figures, field), "{field} on the page");
        }
        for (column, part, whole) in [
            (3, "in_time", "steps"),
            (4, "in_time_on_paper", "steps"),
            (8, "sent_back", "offered"),
        ] {
            let first = shown[column].split(' ').next().unwrap();
            assert_eq!(first, percent(figures, part, whole), "{part} on the page");
        }
    }
    let cases = &api["overdue_cases"];
    let told = format!("现在超期的案件：{} 件", number(cases, "any"));
    assert!(page.contains(&told), "{told}: {page}");
    api
}

/// The words of a list for so many days late.
fn days_late(clock: &Value) -> Option<String> {
    let days = clock["over"].as_u64().filter(|days| *days > 0)?;
    Some(format!("超期{days}天"))
}

/// `/cases`, `/cases.csv` and the API's `/cases`, case by case: which are overdue, and by how many days.
async fn lists_agree(read: &Read, overdue_cases: u64) {
    let cases = read.cases().await;
    let (shown, file) = (
        table(&read.page("/cases").await),
        file(&read.page("/cases.csv").await),
    );
    assert_eq!((shown.len(), file.len()), (cases.len(), cases.len()));
    let mut overdue = 0;
    for case in &cases {
        let system_number = case["number"].as_str().unwrap();
        let line = file.iter().find(|line| line[1] == system_number).unwrap();
        let name = &line[0];
        let row = shown.iter().find(|row| row[1].starts_with(name)).unwrap();
        let parts = case["overdue"].as_array().map_or(&[][..], Vec::as_slice);
        overdue += u64::from(!parts.is_empty());
        assert_eq!(line[18].is_empty(), parts.is_empty(), "{line:?} {case}");
        let whole = parts.contains(&json!("whole"));
        if let Some(late) = days_late(&case["journey"]).filter(|_| whole) {
            assert!(line[14].starts_with(&late), "{late}: {line:?}");
            assert!(row[0].contains(&late), "{late}: {row:?}");
        }
        if let Some(late) = days_late(&case["step"]) {
            assert!(line[12].starts_with(&late), "{late}: {line:?}");
            assert!(row[0].contains(&late), "{late}: {row:?}");
        }
    }
    assert_eq!(overdue, overdue_cases);
    // The list behind the number has as many rows.
    let due = table(&read.page("/cases?within=5308&due=overdue").await);
    assert_eq!(due.len() as u64, overdue);
}

/// `/timeliness/load`, its file and the API's `/workload`.
async fn loads_agree(read: &Read) {
    let api = read.api("/workload", &[]).await;
    let page = read.page("/timeliness/load").await;
    let file = file(&read.page("/timeliness/load.csv").await);
    let units = api["units"].as_array().unwrap();
    assert_eq!(file.len(), units.len());
    for (unit, line) in units.iter().zip(&file) {
        for (column, field) in [
            (3, "cases"),
            (4, "overdue"),
            (5, "to_accept"),
            (6, "returned"),
        ] {
            assert_eq!(
                line[column],
                number(&unit["load"], field),
                "{field}: {line:?}"
            );
        }
    }
    let name = &file.first().unwrap()[2];
    assert!(page.contains(name), "{name}: {page}");
}

#[tokio::test]
async fn pages_files_and_the_api_say_the_same_figures() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let (rng, now) = (Rng::with_seed(seed()), SystemClock.now());
    let mut made = Made { clerk, rng, now };
    for _ in 0..CASES {
        made.one().await;
    }
    let supervisor = Web::sign_in(&onestop, "he-ping").await;
    let read = Read { supervisor };
    let user = TestUser::new(onestop.client().await);
    read.settle(&user).await;
    let api = figures_agree(&read).await;
    assert_eq!(api["total"]["received"], CASES);
    let overdue = api["overdue_cases"]["any"].as_u64().unwrap();
    lists_agree(&read, overdue).await;
    loads_agree(&read).await;
    marks::lead_to_their_cases(&read).await;
}
