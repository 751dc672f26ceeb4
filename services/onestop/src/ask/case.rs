//! `onestop case …`

use onestop_chassis::{clock::Clock, settings::Settings};
use onestop_proto::{
    case::{
        self, About, AnswerCitizen, Applicant, Archive, Close, Command, Material, Open, Rate,
        ReceiveMaterial, Request, RequestReferral, Withdraw,
    },
    query::CaseView,
};

use super::{Desk, person};
use crate::{
    cli::{CaseCommand, Shared},
    follow,
    output::Output,
};

pub(crate) async fn carry_out(
    about: &CaseCommand,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let (case, command) = match about {
        CaseCommand::Show { case } => {
            let view = desk.case_view(case).await?;
            output.show(&view, || shown(&view, &desk, output));
            return Ok(());
        }
        CaseCommand::Person(about) => return person::carry_out(about, &desk, output).await,
        CaseCommand::Follow { case } => return follow::follow(&desk, case, output).await,
        CaseCommand::Wait {
            case,
            event,
            times,
            timeout,
        } => {
            let wanted = follow::Wanted {
                event,
                times: *times,
                seconds: *timeout,
            };
            return follow::wait(&desk, case, &wanted, output).await;
        }
        CaseCommand::Open {
            item,
            topic,
            place,
            name,
            phone,
            summary,
            channel,
            keep,
            urgent,
            opposed_to,
        } => {
            let window = desk.actor()?.unit;
            let at_window = desk.directory.unit(&window).map(|unit| unit.division);
            let Some(place) = place.or(at_window) else {
                anyhow::bail!("'{window}' is not in the directory. Say --place, or mend --by");
            };
            let applicant = applicant(name, phone.as_deref(), summary);
            let open = Open {
                channel: *channel,
                request: if *keep {
                    Request::Answer
                } else {
                    Request::Refer
                },
                urgent: *urgent,
                opposed_to: match opposed_to {
                    Some(other) => Some(desk.case(other).await?),
                    None => None,
                },
                ..Open::new(item.clone(), topic.clone(), place, applicant)
            };
            (None, Command::from(open))
        }
        CaseCommand::Answer { case, text } => (
            Some(case),
            Command::from(AnswerCitizen {
                answer: text.clone(),
            }),
        ),
        CaseCommand::Material { case, kinds } => {
            let one = |kind: &_| Material {
                kind: Clone::clone(kind),
                copies: 1,
            };
            let materials = kinds.iter().map(one).collect();
            (Some(case), Command::from(ReceiveMaterial { materials }))
        }
        CaseCommand::Refer {
            case,
            place,
            item,
            topic,
        } => {
            let both = item.clone().zip(topic.clone());
            let other = both.map(|(item, topic)| About { item, topic });
            let place = *place;
            (Some(case), Command::from(RequestReferral { place, other }))
        }
        CaseCommand::Withdraw { case } => (Some(case), Command::from(Withdraw {})),
        CaseCommand::Rate { case, grade } => (Some(case), Command::from(Rate { grade: *grade })),
        CaseCommand::Close { case } => (Some(case), Command::from(Close {})),
        CaseCommand::Archive { case } => (Some(case), Command::from(Archive {})),
    };
    desk.order(&case::service(), case.cloned(), command).await
}

/// Referral answers every few seconds; a window that has heard nothing for so long is cut off.
const CUT_OFF_SECONDS: f64 = 15.0;

fn shown(view: &CaseView, desk: &Desk<'_>, output: &Output) -> String {
    let stage = output.words(&view.stage.text().into()).to_owned();
    let about = desk.directory.subject_name(&view.item, &view.topic);
    let mut text = format!(
        "{}  {stage}\n{}  {}\n{}: {}\n{}: {}\n{}: {}  {} {}",
        view.number,
        output.words(&about),
        desk.directory.full_name(view.place),
        output.say("窗口", "window"),
        desk.unit_name(&view.window),
        output.say("现由", "held by"),
        desk.unit_name(&view.holder),
        output.say("登记时间", "opened"),
        view.opened_at.china_text(),
        output.say("版本", "revision"),
        view.revision,
    );
    text += &known(view, output);
    if let Some(basis) = view.erased {
        let erased = output.say("当事人信息已删除", "its persons were erased");
        text += &format!("\n{erased}: {}", output.words(&basis.text().into()));
    }
    text
}

/// A person as the command line takes one down.
pub(super) fn applicant(name: &str, phone: Option<&str>, summary: &str) -> Applicant {
    Applicant {
        name: name.to_owned(),
        phone: phone.map(str::to_owned),
        summary: summary.to_owned(),
    }
}

/// Who asks and what for, in lines.
pub(super) fn told(applicant: &Applicant) -> String {
    let phone = applicant.phone.as_deref().unwrap_or("-");
    format!("{} {phone}\n{}", applicant.name, applicant.summary)
}

/// A window that is cut off says how old its knowledge is.
fn known(view: &CaseView, output: &Output) -> String {
    let Some(known_at) = view.holder_known_at else {
        let unknown = output.say(
            "! 线路不通：转办情况可能已有变化",
            "! cut off: who holds it may have changed",
        );
        return format!("\n{unknown}");
    };
    if Clock.now().seconds_since(known_at) < CUT_OFF_SECONDS {
        return String::new();
    }
    let known = output.say(
        "! 线路不通，转办情况截至",
        "! cut off: who holds it, as known at",
    );
    format!("\n{known} {}", known_at.china_text())
}
