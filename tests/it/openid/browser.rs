//! What a browser does here: it keeps the workbench's cookies, and follows no redirect.

use std::collections::BTreeMap;

use reqwest::{Client, RequestBuilder, Url, header, redirect::Policy};

#[derive(Clone)]
pub(super) struct Browser {
    http: Client,
    workbench: Url,
    pub(super) language: &'static str,
    cookies: BTreeMap<String, String>,
}

pub(super) struct Page {
    pub(super) status: u16,
    /// Where it is sent.
    pub(super) location: String,
    pub(super) text: String,
}

impl Browser {
    pub(super) fn new(workbench: &str, language: &'static str) -> Self {
        // The tests of TLS may have installed it first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(Policy::none()).no_proxy();
        Self {
            http: http.build().unwrap(),
            workbench: workbench.parse().unwrap(),
            language,
            cookies: BTreeMap::new(),
        }
    }

    /// The names of the cookies that it keeps.
    pub(super) fn cookies(&self) -> Vec<&str> {
        self.cookies.keys().map(String::as_str).collect()
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        self.get_with(path, &[]).await
    }

    pub(super) async fn get_with(&mut self, path: &str, query: &[(&str, &str)]) -> Page {
        let mut url = self.workbench.join(path).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.get(url);
        self.send(request).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = Url::parse_with_params("form:", fields).unwrap();
        let request = self
            .http
            .post(self.workbench.join(path).unwrap())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.query().unwrap_or_default().to_owned());
        self.send(request).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        let kept = self.cookies.iter();
        let kept: Vec<String> = kept
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, kept.join("; "))
            .send()
            .await
            .unwrap();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        for cookie in answer
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .map(text)
        {
            // No script reads one, and no other site's form sends one along.
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, rest) = cookie.split_once('=').unwrap();
            let (value, _) = rest.split_once(';').unwrap();
            if value.is_empty() {
                assert!(cookie.contains("Max-Age=0"), "{cookie}");
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get(header::LOCATION).map(text);
        Page {
            status: answer.status().as_u16(),
            location: location.unwrap_or_default(),
            text: answer.text().await.unwrap(),
        }
    }
}
