//! The gateway of a running Onestop under attack from outside: the window goes on.

mod access;
mod certificate;
mod files;
mod flood;
mod four_eyes;
mod guesses;
mod kept_forms;
mod late_entries;
mod links;
mod new_case;
mod nginx;
mod offers;
mod passkeys;
mod posts;
mod second_factor;
mod site_entry;
mod staff_import;
mod staff_list;
mod too_few_files;
mod tracking;
mod typed_days;
mod unsent;

use std::net::IpAddr;

use onestop_proto::{
    case::{self, Command},
    command::AcceptedCommand,
};
use reqwest::{Client, ClientBuilder, Response, StatusCode, header, redirect::Policy};

use crate::{
    browser::{PASSWORD, address, sign_up},
    harness::{Deployment, Onestop, TIMEOUT},
    journeys::{CLERK, VILLAGE, request},
    test_user::TestUser,
};

/// Account, name, role, unit.
const STAFF: [[&str; 4]; 4] = [
    ["zhang-li", "张丽", "clerk", VILLAGE],
    ["guan-li", "管理", "unit-administrator", VILLAGE],
    ["wang-min", "王敏", "specialist", "530821.legal-aid"],
    ["yang-fan", "杨帆", "clerk", "530822"],
];

/// An Onestop with accounts, and the address of its workbench.
async fn started(flags: &[&str]) -> (Onestop, String) {
    let onestop = Onestop::start_with(Deployment::SingleProcess, flags).await;
    let base = address(&onestop.data()).await;
    for person in STAFF {
        sign_up(&onestop.data(), person);
    }
    (onestop, base)
}

fn client_builder() -> ClientBuilder {
    // The first of a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
}

pub(crate) fn client() -> Client {
    client_builder().build().unwrap()
}

/// A client at another address of this machine.
fn client_at(last: u8) -> Client {
    let address = IpAddr::from([127, 0, 0, last]);
    client_builder().local_address(address).build().unwrap()
}

/// Submits a form. None of what the tests send is to be escaped.
pub(crate) async fn post(
    client: &Client,
    url: &str,
    cookies: &str,
    fields: &[(&str, &str)],
) -> reqwest::Result<Response> {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let asked = client.post(url).header(header::COOKIE, cookies);
    asked
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(pairs.join("&"))
        .send()
        .await
}

pub(crate) async fn try_sign_in(
    client: &Client,
    base: &str,
    cookies: &str,
    (staff, password): (&str, &str),
) -> Response {
    let fields = [("staff", staff), ("password", password)];
    let url = format!("{base}/sign-in");
    post(client, &url, cookies, &fields).await.unwrap()
}

/// Signs in; returns the cookies.
pub(crate) async fn sign_in(client: &Client, base: &str, staff: &str) -> String {
    let answer = try_sign_in(client, base, "", (staff, PASSWORD)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let pairs: Vec<&str> = cookies
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect();
    pairs.join("; ")
}

pub(crate) async fn get(client: &Client, url: &str, cookies: &str) -> Response {
    let asked = client.get(url).header(header::COOKIE, cookies);
    asked.send().await.unwrap()
}

async fn open_case(onestop: &Onestop, topic: &str) -> AcceptedCommand {
    let user = TestUser::new(onestop.client().await);
    let open = request("legal-aid", topic, VILLAGE);
    let intake = case::service();
    let opened = user.command::<Command>(&intake, CLERK, None, open);
    opened.await.unwrap()
}

/// The part of a page between two texts.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{page}"));
    rest.split_once(after).unwrap().0
}
