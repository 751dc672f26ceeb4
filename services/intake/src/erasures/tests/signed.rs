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

use super::*;

/// Another node's journal: it keeps what it is sent.
struct OtherNode {
    address: ErasureListAddress,
    text: Arc<Mutex<String>>,
}

impl OtherNode {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let text = Arc::<Mutex<String>>::default();
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
            text,
        }
    }

    fn list(&self, settings: &Settings) -> ErasureList {
        let list = ErasureList::begun_at(&self.address, settings);
        list.unwrap().unwrap()
    }
}

fn answer(stream: &TcpStream, kept: &Mutex<String>) {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    reader.read_line(&mut request).unwrap();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut kept = kept.lock().unwrap();
    let mut text = String::new();
    if request.starts_with("POST") {
        let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
        kept.push_str(sent["lines"].as_str().unwrap());
    } else {
        text.clone_from(&kept);
    }
    let length = text.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
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
        let forged = ErasureList::default().add(&[case(1)], now, sign).unwrap();
        other.text.lock().unwrap().clone_from(&forged);
        let list = other.list(&node.settings);
        assert_eq!((list.cases(), list.unsigned()), (vec![], vec![case(1)]));
        let restored = node.restored(None);
        let settled = settle_closed(&node.settings, Some(&other.address), now, &restored);
        assert_eq!(settled.unwrap(), 0);
        assert!(node.holds_key());
    }
    // Who was erased is entered behind the forged line, and erased after a restore.
    ErasureList::enter_at(&other.address, &node.settings, &[case(1), case(8)], now).unwrap();
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
