//! A witness on the web.

use std::{
    io::{Read, Write},
    net::TcpListener,
    path::Path,
};

use onestop_eventlog::{Checkpoint, CosigningKey};

use super::{cosigned_log, cosigners, source};
use crate::cosigning::{current, fetch, parse, read, web::Web};

/// A witness that cosigns so many notes with this key; its address.
fn serve_witness(notes: usize, key: CosigningKey) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().take(notes) {
            let mut connection = connection.unwrap();
            let (mut request, mut part) = (Vec::new(), [0; 4096]);
            let note = loop {
                let read = connection.read(&mut part).unwrap();
                request.extend_from_slice(&part[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
                let is_whole = |body: &&str| body.ends_with('\n') && body.lines().count() == 6;
                if let Some(note) = body.filter(is_whole) {
                    break note.to_owned();
                }
            };
            let checkpoint = Checkpoint::parse(&note).unwrap();
            let cosigned = key.cosign(&checkpoint, 1_790_000_060).unwrap();
            let line = cosigned.note().lines().last().unwrap();
            let length = line.len() + 1;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{line}\n"
            );
            connection.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}/")
}

#[tokio::test]
async fn a_witness_on_the_web_cosigns_each_checkpoint_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_owned();
    let making = folder.clone();
    let made = tokio::task::spawn_blocking(move || cosigned_log(&making));
    let (cosigned, _) = made.await.unwrap();
    let key = CosigningKey::from_seed("witness.example/w", &[6; 32]).unwrap();
    let public = key.cosigner().clone();
    let web = Web::new(&serve_witness(3, key), Some(public.clone()), &folder).unwrap();
    let own = folder.join("cosigned.jsonl");
    web.clone().copy(own.clone(), cosigners()).await.unwrap();
    // The witness is gone, and is not needed: it has everything.
    web.copy(own, cosigners()).await.unwrap();
    let [journal] = cosigners();
    let witnessed = read(&folder.join("witnessed.jsonl"), &[journal, public]).unwrap();
    let sizes = witnessed.iter().map(|it| it.checkpoint.head().size);
    assert_eq!(sizes.collect::<Vec<_>>(), [3, 5, 8]);
    assert_eq!(current(&source(), &witnessed).len(), cosigned.len());
}

#[tokio::test]
async fn what_a_witness_on_the_web_signs_with_another_key_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let making = folder.path().to_owned();
    let made = tokio::task::spawn_blocking(move || cosigned_log(&making));
    made.await.unwrap();
    let named = CosigningKey::from_seed("witness.example/w", &[6; 32]).unwrap();
    let other = CosigningKey::from_seed("witness.example/w", &[5; 32]).unwrap();
    let named = Some(named.cosigner().clone());
    let web = Web::new(&serve_witness(1, other), named, folder.path()).unwrap();
    let own = folder.path().join("cosigned.jsonl");
    let refused = web.copy(own, cosigners()).await.unwrap_err();
    assert!(refused.to_string().contains("witness_key"), "{refused}");
    assert!(!folder.path().join("witnessed.jsonl").exists());
}

/// Serves one answer to a question for a file; its address.
fn serve_file(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let (mut request, mut part) = (Vec::new(), [0; 4096]);
        while !request.ends_with(b"\r\n\r\n") {
            let read = connection.read(&mut part).unwrap();
            request.extend_from_slice(&part[..read]);
        }
        connection.write_all(&answer).unwrap();
    });
    format!("http://{address}/cosigned.jsonl")
}

/// A copy that is kept on the web proves itself as a file does; a redirect, an error and an answer that breaks off are none.
#[tokio::test]
async fn a_copy_on_the_web_is_read_as_a_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let making = folder.path().to_owned();
    let made = tokio::task::spawn_blocking(move || cosigned_log(&making));
    let (cosigned, _) = made.await.unwrap();
    let file = std::fs::read(folder.path().join("cosigned.jsonl")).unwrap();
    let answer = |status: &str, body: &[u8], length: usize| {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nLocation: /x\r\nConnection: close\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    };
    let whole = serve_file(answer("200 OK", &file, file.len()));
    let fetched = fetch(&whole).await.unwrap();
    assert_eq!(fetched, file);
    let place = Path::new("copy");
    let read = parse(place, &fetched, &cosigners()).unwrap();
    assert_eq!(read.len(), cosigned.len());
    let mut altered = fetched.clone();
    altered[fetched.len() / 2] ^= 1;
    assert!(parse(place, &altered, &cosigners()).is_err());
    for no_file in [
        answer("302 Found", b"", 0),
        answer("404 Not Found", b"", 0),
        answer("200 OK", &file[..100], file.len()),
    ] {
        assert!(fetch(&serve_file(no_file)).await.is_err());
    }
}
