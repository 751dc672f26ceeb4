//! Everything at once: silent connections, sign-ins, waiting pages and streams. Meanwhile a clerk opens a case's page,
//! and afterwards the memory is given back.

use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::{StatusCode, header};
use tokio::net::TcpStream;

use super::{PASSWORD, client, client_at, get, open_case, sign_in, started, try_sign_in};
use crate::harness::Part;

const SILENT: usize = 1_500;
const SIGN_INS: usize = 500;
const WAITING: usize = 600;
const STREAMS: usize = 300;
/// What a clerk waits for a page at most. Where nothing is optimised the attack takes longer than it lasts to be refused,
/// and only that the page comes is held: `cargo nextest run --release -p onestop-tests window::flood` holds the second.
const PAGE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 1 });
/// By how much the memory may have grown afterwards.
const GROWN: f64 = 1.5;

/// The resident memory of a process, in KiB.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Connects without a word.
async fn be_silent(authority: &str) -> Vec<TcpStream> {
    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.extend(TcpStream::connect(authority).await);
    }
    silent
}

/// Tries as many passwords at once.
async fn sign_ins(base: &str) {
    let client = client_at(21);
    let guess = |number: usize| {
        let (client, base) = (client.clone(), base.to_owned());
        async move {
            let staff = format!("staff-{}", number % 100);
            let answer = try_sign_in(&client, &base, "", (&staff, "a wrong password")).await;
            answer.status()
        }
    };
    let answers = join_all((0..SIGN_INS).map(guess)).await;
    let refused = answers.iter().filter(|status| {
        matches!(
            **status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        )
    });
    assert!(refused.count() > SIGN_INS / 2);
}

/// Opens pages that are to wait for a position far ahead.
async fn waiting_pages(base: &str, cookies: &str, number: &str) {
    let client = client_at(22);
    let after = "intake.main.00000000-0000-0000-0000-000000000000.999999999";
    let open = |_| {
        let (client, cookies) = (client.clone(), cookies.to_owned());
        let url = format!("{base}/cases/{number}?after={after}");
        async move { client.get(url).header(header::COOKIE, cookies).send().await }
    };
    join_all((0..WAITING).map(open)).await;
}

/// The slowest page of a clerk who opens one after another.
async fn slowest_page(base: &str, cookies: &str, number: &str, last: Instant) -> Duration {
    let client = client();
    let mut slowest = Duration::ZERO;
    while Instant::now() < last {
        let began = Instant::now();
        let page = get(&client, &format!("{base}/cases/{number}"), cookies).await;
        assert_eq!(page.status(), StatusCode::OK);
        page.bytes().await.unwrap();
        slowest = slowest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    slowest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_goes_on_while_everything_comes_at_once() {
    // The test itself holds the other ends.
    onestop_chassis::process::prepare();
    let (onestop, base) = started(&["--api-per-minute=1000000"]).await;
    let number = open_case(&onestop, "labour-pay").await.number.unwrap();
    let number = number.to_string();
    let client = client();
    let clerk = sign_in(&client, &base, "zhang-li").await;
    let stranger = sign_in(&client, &base, "guan-li").await;
    let pid = onestop.pid(Part::Everything);
    // One page, and one password, before anything is measured.
    let warm = Instant::now() + Duration::from_secs(1);
    slowest_page(&base, &clerk, &number, warm).await;
    let before = memory(pid);

    let authority = base.strip_prefix("http://").unwrap().to_owned();
    let silent = be_silent(&authority).await;
    let streams = (0..STREAMS).map(|_| {
        let client = client_at(23);
        let asked = client.get(format!("{base}/live"));
        asked.header(header::COOKIE, &stranger).send()
    });
    let attack = async {
        let (streams, (), ()) = tokio::join!(
            join_all(streams),
            sign_ins(&base),
            waiting_pages(&base, &stranger, &number),
        );
        streams
    };
    let last = Instant::now() + Duration::from_secs(8);
    let (slowest, streams) = tokio::join!(slowest_page(&base, &clerk, &number, last), attack);
    let open = streams.iter().flatten();
    let open = open.filter(|answer| answer.status() == StatusCode::OK);
    assert!(
        (1..=16).contains(&open.count()),
        "one person's share of the streams"
    );
    assert!(slowest < PAGE, "a clerk waited {slowest:?} for a page");
    // The clerk's colleagues can still sign in.
    let colleague = try_sign_in(&client, &base, "", ("wang-min", PASSWORD)).await;
    assert_eq!(colleague.status(), StatusCode::SEE_OTHER);

    drop((silent, streams));
    let returned = async {
        while memory(pid) > before * GROWN {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let returned = tokio::time::timeout(Duration::from_secs(60), returned).await;
    let after = memory(pid);
    eprintln!("slowest page {slowest:?}; memory {before} KiB before, {after} KiB after");
    assert!(returned.is_ok(), "{before} KiB before, {after} KiB after");
}
