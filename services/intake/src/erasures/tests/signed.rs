//! A list at another node, whose operator may write in it what they like.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use onestop_chassis::{
    identity::{Enrolled, Issuer, IssuerKey, Issuers, KeyState, SpeaksFor},
    settings::ErasureListAddress,
};

use serde_json::Value;

use super::*;

/// Another node's journal: it keeps what follows, and gives it in parts.
struct OtherNode {
    address: ErasureListAddress,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    text: String,
    /// How many bytes of the list were given for each question.
    given: Vec<usize>,
}

impl Kept {
    /// The hash of the last line.
    fn chain(&self) -> String {
        let last = self.text.lines().last().map(serde_json::from_str::<Value>);
        let last = last.map(|line| line.unwrap()["chain"].as_str().unwrap().to_owned());
        last.unwrap_or_default()
    }
}

impl OtherNode {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let text = Arc::<Mutex<Kept>>::default();
        let kept = Arc::clone(&text);
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&stream.unwrap(), &kept);
            }
        });
        Self {
            address: format!("node:http://{address}/witness/puer")
                .parse()
                .unwrap(),
            kept: text,
        }
    }

    fn enter(
        &self,
        tail: &mut ListTail,
        settings: &Settings,
        cases: &[CaseId],
    ) -> Result<(), ListError> {
        tail.enter_at(&self.address, settings, cases, SystemClock.now())
    }

    /// How many bytes of the list were given for each question since the last look.
    fn take_given(&self) -> Vec<usize> {
        std::mem::take(&mut self.kept.lock().unwrap().given)
    }

    fn list(&self, settings: &Settings) -> ErasureList {
        let list = ErasureList::begun_at(&self.address, settings);
        list.unwrap().unwrap()
    }
}

fn answer(stream: &TcpStream, kept: &Mutex<Kept>) {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length, mut from) = (String::new(), 0, None);
    reader.read_line(&mut request).unwrap();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("range") => {
                let start = value.trim().strip_prefix("bytes=").unwrap();
                from = start.strip_suffix('-').unwrap().parse::<usize>().ok();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut kept = kept.lock().unwrap();
    let (status, text) = if request.starts_with("POST") {
        let sent: Value = serde_json::from_slice(&body).unwrap();
        let is_next = sent["before"].as_str().unwrap() == kept.chain();
        if is_next {
            kept.text.push_str(sent["lines"].as_str().unwrap());
        }
        (if is_next { 200 } else { 409 }, String::new())
    } else {
        let rest = kept.text.get(from.unwrap_or_default()..);
        let rest = rest.filter(|rest| from.is_none() || !rest.is_empty());
        let status = match (from, &rest) {
            (None, _) => 200,
            (Some(_), Some(_)) => 206,
            (Some(_), None) => 416,
        };
        let rest = rest.unwrap_or_default().to_owned();
        kept.given.push(rest.len());
        (status, rest)
    };
    let length = text.len();
    let head =
        format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let mut stream = stream;
    stream.write_all((head + &text).as_bytes()).unwrap();
}

/// Gives a node's intake a key that is enrolled.
fn enrol(node: &mut Node) {
    let issuer = "service/intake/main".parse().unwrap();
    let key = IssuerKey::make(&issuer).unwrap();
    let [secret, roster] =
        ["intake.issuer", "issuers.json"].map(|name| node.folder.path().join(name));
    fs::write(&secret, key.secret).unwrap();
    let issuers = vec![Enrolled {
        issuer,
        key: key.public,
        state: KeyState::Active,
        speaks_for: SpeaksFor::Itself,
        within: None,
        asks: Vec::new(),
    }];
    let issuers = serde_json::to_vec(&Issuers { issuers }).unwrap();
    fs::write(&roster, issuers).unwrap();
    node.settings.issuer_key = Some(secret);
    node.settings.issuers = Some(roster);
}

type Sign<'a> = &'a dyn Fn(&str) -> Option<String>;

#[test]
fn a_line_that_intake_has_not_signed_erases_nothing() {
    let mut node = Node::new();
    enrol(&mut node);
    let other = OtherNode::start();
    let now = SystemClock.now();
    let stranger = IssuerKey::make(&"service/intake/main".parse().unwrap()).unwrap();
    let stranger = Issuer::parse(&stranger.secret).unwrap();
    let own = Issuer::of(&node.settings).unwrap().unwrap();
    let of_another_case = own.sign_statement(&format!("onestop/erased/1\n{}\n{now}\n", case(2)));
    assert!(of_another_case.is_some());
    let signatures: [Sign<'_>; 3] = [
        &|_| None,
        &|statement| stranger.sign_statement(statement),
        &|_| of_another_case.clone(),
    ];
    for sign in signatures {
        let forged = ListTail::default().new_lines(&[case(1)], now, sign);
        let forged = forged.unwrap().unwrap().text;
        other.kept.lock().unwrap().text.clone_from(&forged);
        let list = other.list(&node.settings);
        assert_eq!((list.cases(), list.unsigned()), (vec![], vec![case(1)]));
        let restored = node.restored(None);
        let settled = settle_closed(&node.settings, Some(&other.address), now, &restored);
        assert_eq!(settled.unwrap(), 0);
        assert!(node.holds_key());
    }
    // Who was erased is entered behind the forged line, and erased after a restore.
    let mut tail = ListTail::default();
    other
        .enter(&mut tail, &node.settings, &[case(1), case(8)])
        .unwrap();
    let list = other.list(&node.settings);
    assert_eq!(list.cases(), [case(1), case(8)]);
    assert_eq!((list.unsigned(), list.head().entries), (vec![case(1)], 3));
    let restored = node.restored(Some(list.head()));
    // Without the roster nothing can be believed, so nothing is settled.
    let settings = Settings {
        issuers: None,
        ..node.settings.clone()
    };
    assert!(settle_closed(&settings, Some(&other.address), now, &restored).is_err());
    assert_eq!(node.later(), LaterErasures::Awaited);
    let settled = settle_closed(&node.settings, Some(&other.address), now, &restored);
    assert_eq!(settled.unwrap(), 1, "the other never had a key here");
    assert!(!node.holds_key());
}

/// The work of an entry does not grow with the list.
#[test]
fn an_entry_at_another_node_reads_only_what_others_have_entered() {
    let mut node = Node::new();
    enrol(&mut node);
    let other = OtherNode::start();
    let mut first = ListTail::default();
    for number in 1..=3 {
        let entered = other.enter(&mut first, &node.settings, &[case(number)]);
        entered.unwrap();
    }
    // A case that is listed is not entered again, and the other node is not asked.
    other.enter(&mut first, &node.settings, &[case(2)]).unwrap();
    assert_eq!(other.take_given(), Vec::<usize>::new());
    // Another process of the same node does not know what is there.
    let mut second = ListTail::default();
    other
        .enter(&mut second, &node.settings, &[case(1), case(4)])
        .unwrap();
    let end_of = |lines: usize| {
        let text = other.kept.lock().unwrap().text.clone();
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        ends.take(lines).last().unwrap()
    };
    assert_eq!(other.take_given(), [end_of(3)]);
    other.enter(&mut first, &node.settings, &[case(5)]).unwrap();
    assert_eq!(other.take_given(), [end_of(4) - end_of(3)]);
    let cases = [1, 2, 3, 4, 5].map(case);
    assert_eq!(other.list(&node.settings).cases(), cases);
    // The other node's disk is put back to an older state: what is missing there is not believed to be there.
    let two = end_of(2);
    other.kept.lock().unwrap().text.truncate(two);
    other.take_given();
    other.enter(&mut first, &node.settings, &[case(6)]).unwrap();
    assert_eq!(other.take_given(), [0, two]);
    let cases = [1, 2, 6].map(case);
    assert_eq!(other.list(&node.settings).cases(), cases);
    other.enter(&mut first, &node.settings, &[case(3)]).unwrap();
    assert_eq!(other.list(&node.settings).cases().len(), 4);
}
