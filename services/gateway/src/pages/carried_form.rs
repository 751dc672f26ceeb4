//! A form that was submitted without its session, carried along by the pages of sign-in until its owner has signed in. It is
//! sealed: a screen that was left alone shows nothing of it, and it opens for the person for whom it was rendered only.

use askama::Template;
use axum::response::Response;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use onestop_proto::ids::StaffId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::shell::{Page, html};
use crate::{
    core::{db::drafts::DraftKey, post::Post, query_string::local_path},
    identity::{csrf, csrf_token, session::SECOND_FACTOR_PAGE},
};

/// The field that carries it.
const CARRIED: &str = "kept";
/// What it is sealed for: nothing else that the key seals is taken for one.
const BINDING: &str = "carried-form";
/// The field with the CSRF token of the session in use, beside that under which a form will be sent.
pub(super) const SESSION_TOKEN: &str = "session-csrf";

/// A form as it was submitted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TypedForm {
    pub(super) target: String,
    /// Its CSRF token, which tells whose it is.
    token: String,
    /// The other fields.
    pub(super) fields: Vec<(String, String)>,
}

impl std::fmt::Debug for TypedForm {
    /// Prints no personal data: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TypedForm({}, {})", self.target, self.fields.len())
    }
}

impl TypedForm {
    /// Whether it is sent under a key: what was carried out under it is not done a second time.
    pub(super) fn has_key(&self) -> bool {
        self.fields.iter().any(|(name, _)| name == "key")
    }

    /// A submitted form; nothing if there is nothing to keep: no fields, or secrets, which are never kept.
    pub(super) fn parse(target: &str, sent: &[u8]) -> Option<Self> {
        let fields = form_urlencoded::parse(sent).into_owned();
        let is_token = |name: &str| name == "csrf" || name == SESSION_TOKEN;
        let fields: Vec<(String, String)> = fields.filter(|(name, _)| !is_token(name)).collect();
        (!fields.is_empty() && !has_secrets(target)).then(|| Self {
            target: target.to_owned(),
            token: csrf::token_in(sent),
            fields,
        })
    }

    /// Whether it was rendered for this person, in any of their sessions and posts.
    pub(super) fn is_of(&self, key: &DraftKey, owner: &StaffId) -> bool {
        csrf_token::is_of(&self.token, key, owner)
    }

    /// The post in which its owner typed it; nothing if a gateway of before made the form.
    pub(super) fn post(&self, key: &DraftKey, owner: &StaffId) -> Option<Post> {
        csrf_token::post_of(&self.token, key, owner)
    }

    /// Its name among what its owner has not sent: the same form that comes again has the same.
    pub(super) fn id(&self) -> String {
        let mut all = Sha256::new();
        let key = self.fields.iter().find(|(name, _)| name == "key");
        for part in [&self.target, &self.token]
            .into_iter()
            .chain(key.map(|(_, key)| key))
        {
            all.update(part.as_bytes());
            all.update([0_u8]);
        }
        HEXLOWER.encode(&all.finalize())
    }
}

fn has_secrets(target: &str) -> bool {
    target.starts_with("/account/password") || target.starts_with(SECOND_FACTOR_PAGE)
}

/// A sealed form; empty if none is carried.
#[derive(Debug, Default)]
pub(super) struct CarriedForm {
    pub(super) sealed: String,
}

/// What a carried form is for the person who signed in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    Own(TypedForm),
    OfAnother,
    /// None is carried.
    Nothing,
}

impl CarriedForm {
    pub(super) fn seal(key: &DraftKey, form: &TypedForm) -> anyhow::Result<Self> {
        let sealed = key.encrypt(BINDING, &serde_json::to_string(form)?);
        let sealed = sealed.ok_or_else(|| anyhow::anyhow!("a form cannot be sealed"))?;
        Ok(Self {
            sealed: BASE64URL_NOPAD.encode(&sealed),
        })
    }

    /// Takes the field of a page of sign-in that carries a form; the others are returned.
    pub(super) fn take<'a>(
        &mut self,
        (name, value): (&'a str, String),
    ) -> Option<(&'a str, String)> {
        if name != CARRIED {
            return Some((name, value));
        }
        self.sealed = value;
        None
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sealed.is_empty()
    }

    /// Opens it for its owner: what one person typed is never shown to another.
    pub(super) fn open(&self, key: &DraftKey, reader: &StaffId) -> Opened {
        if self.is_empty() {
            return Opened::Nothing;
        }
        let sealed = BASE64URL_NOPAD.decode(self.sealed.as_bytes()).ok();
        let text = sealed.and_then(|sealed| key.decrypt(BINDING, &sealed));
        let form = text.and_then(|text| serde_json::from_str::<TypedForm>(&text).ok());
        match form {
            Some(form) if form.is_of(key, reader) => Opened::Own(TypedForm {
                target: local_path(&form.target).to_owned(),
                ..form
            }),
            Some(_) | None => Opened::OfAnother,
        }
    }
}

#[derive(Template)]
#[template(path = "reauth.html")]
struct ReauthTemplate<'a> {
    page: Page<'a>,
    staff: &'a str,
    form: &'a CarriedForm,
    problem: Option<String>,
}

/// The page to sign in again, with what was typed.
pub(super) fn render_reauth(
    page: Page<'_>,
    staff: &str,
    form: &CarriedForm,
    problem: Option<String>,
) -> Response {
    html(&ReauthTemplate {
        page,
        staff,
        form,
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "/cases/530821101201-261129-009/do/referral/dispute";

    struct Signed {
        key: DraftKey,
        owner: StaffId,
        _folder: tempfile::TempDir,
    }

    fn signed() -> Signed {
        let folder = tempfile::tempdir().unwrap();
        Signed {
            key: DraftKey::open(folder.path()).unwrap(),
            owner: "zhang-li".parse().unwrap(),
            _folder: folder,
        }
    }

    impl Signed {
        fn typed(&self) -> TypedForm {
            let post = "clerk@s4k2m9qxa.window".parse().unwrap();
            let token = csrf_token::new_token(&self.key, &self.owner, &post).unwrap();
            let sent = format!("csrf={token}&key=1&f.grounds=%E5%BA%94%E7%94%B1%E5%8E%BF");
            TypedForm::parse(TARGET, sent.as_bytes()).unwrap()
        }

        /// What the page of sign-in sends back.
        fn carried(&self) -> CarriedForm {
            let sealed = CarriedForm::seal(&self.key, &self.typed()).unwrap();
            let mut carried = CarriedForm::default();
            assert!(carried.take(("kept", sealed.sealed)).is_none());
            carried
        }
    }

    /// Acts on accounts have none.
    #[test]
    fn a_form_is_repeated_safely_under_its_key_alone() {
        let has_key = |sent: &str| TypedForm::parse(TARGET, sent.as_bytes()).map(|it| it.has_key());
        assert_eq!(has_key("csrf=1&key=019ab0c4&f.grounds=x"), Some(true));
        assert_eq!(has_key("csrf=1&name=x&keys=1"), Some(false));
    }

    /// No cookie and no session is left: the form itself tells whose it is.
    #[test]
    fn the_person_who_typed_a_form_gets_it_back_without_any_session() {
        let signed = signed();
        let Opened::Own(form) = signed.carried().open(&signed.key, &signed.owner) else {
            panic!("its owner does not get it back")
        };
        assert_eq!(form.target, TARGET);
        let fields = form.fields.iter();
        let fields: Vec<_> = fields.map(|(name, text)| (&name[..], &text[..])).collect();
        assert_eq!(fields, [("key", "1"), ("f.grounds", "应由县")]);
    }

    #[test]
    fn a_colleague_gets_nothing_of_it_and_the_page_shows_nothing_of_it() {
        let signed = signed();
        let colleague = "li-qiang".parse().unwrap();
        let carried = signed.carried();
        assert_eq!(carried.open(&signed.key, &colleague), Opened::OfAnother);
        let bytes = BASE64URL_NOPAD.decode(carried.sealed.as_bytes()).unwrap();
        let shown = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(!shown("应由县") && !shown("grounds"));
        let made_up = CarriedForm {
            sealed: "made-up".to_owned(),
        };
        assert_eq!(made_up.open(&signed.key, &signed.owner), Opened::OfAnother);
    }

    /// Two forms of one page are two, and the same that comes again, longer, is one.
    #[test]
    fn a_form_has_a_name_of_its_own() {
        let typed = |key: &str, text: &str| {
            let sent = format!("csrf=token&key={key}&f.grounds={text}");
            TypedForm::parse(TARGET, sent.as_bytes()).unwrap().id()
        };
        assert_eq!(typed("1", "a"), typed("1", "ab"));
        assert_ne!(typed("1", "a"), typed("2", "a"));
    }

    #[test]
    fn secrets_and_forms_without_fields_are_not_kept() {
        assert_eq!(TypedForm::parse("/sign-out", b"csrf=x"), None);
        assert_eq!(
            TypedForm::parse("/account/password", b"csrf=x&now=secret"),
            None
        );
        let signed = signed();
        let opened = CarriedForm::default().open(&signed.key, &signed.owner);
        assert_eq!(opened, Opened::Nothing);
    }

    #[test]
    fn it_leads_to_no_address_elsewhere() {
        let signed = signed();
        let form = TypedForm {
            target: "https://evil.example".to_owned(),
            ..signed.typed()
        };
        let carried = CarriedForm::seal(&signed.key, &form).unwrap();
        let Opened::Own(form) = carried.open(&signed.key, &signed.owner) else {
            panic!("its owner does not get it back")
        };
        assert_eq!(form.target, "/");
    }
}
