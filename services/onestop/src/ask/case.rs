//! `onestop case …`

use onestop_chassis::{clock::SystemClock, settings::Settings};
use onestop_proto::{
    case::{
        self, About, AnswerCitizen, Applicant, Archive, Close, Command, Material, Open, Rate,
        ReceiveMaterial, RequestReferral, WindowAction, Withdraw,
    },
    query::CaseView,
};

use super::{Desk, person, window};
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
        CaseCommand::Window(about) => return window::carry_out(about, &desk, output).await,
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
            who,
            seen,
            channel,
            keep,
            urgent,
            opposed_to,
            related,
        } => {
            let window = desk.actor()?.unit;
            let at_window = desk.directory.unit(&window).map(|unit| unit.division);
            let Some(place) = place.or(at_window) else {
                anyhow::bail!("'{window}' is not in the directory. Say --place, or mend --by");
            };
            let applicant = who.applicant(name);
            let mut others = Vec::new();
            for one in related {
                others.push(desk.case(one).await?);
            }
            if !shared.quiet && !shared.json {
                person::warn_of_similar(&desk, (&applicant, item, place), output).await;
            }
            let open = Open {
                channel: *channel,
                request: if *keep {
                    WindowAction::Answer
                } else {
                    WindowAction::Refer
                },
                urgent: *urgent,
                opposed_to: match opposed_to {
                    Some(other) => Some(desk.case(other).await?),
                    None => None,
                },
                related: others,
                needs: seen.needs(),
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
        CaseCommand::Material { case, kinds, file } => {
            if kinds.len() > 1 && !file.is_empty() {
                anyhow::bail!(
                    "--file is of one thing. Take the others in by a command of their own"
                );
            }
            let one = |kind: &_| Material {
                kind: Clone::clone(kind),
                copies: 1,
                files: file.clone(),
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
    text += &besides(view, desk, output);
    if let Some(basis) = view.erased {
        let erased = output.say("当事人信息已删除", "its persons were erased");
        text += &format!("\n{erased}: {}", output.words(&basis.text().into()));
    }
    text
}

/// Who asks and what for, in lines.
pub(super) fn told(applicant: &Applicant) -> String {
    let mut text = String::new();
    for person in &applicant.people {
        let phone = person.phone.as_deref().unwrap_or("-");
        text += &format!("{} {phone}\n", person.name);
    }
    if let Some(agent) = &applicant.agent {
        let phone = agent.phone.as_deref().unwrap_or("-");
        let kind = agent.kind.text().zh;
        text += &format!("{kind} {} {phone} {}\n", agent.name, agent.authority);
    }
    text + &applicant.summary
}

/// What the window has besides: needs, files, what is missing, where it went on.
fn besides(view: &CaseView, desk: &Desk<'_>, output: &Output) -> String {
    let mut text = String::new();
    let mut line = |zh: &'static str, en: &'static str, what: String| {
        if !what.is_empty() {
            text += &format!("\n{}: {what}", output.say(zh, en));
        }
    };
    let words = |text: onestop_proto::text::Text| output.words(&text.into()).to_owned();
    let urgent = view.urgent.then(|| output.say("紧急", "urgent").to_owned());
    let needs = &view.needs;
    let care = needs.care.iter().map(|care| words(care.text()));
    let language = needs.language.map(|language| words(language.text()));
    let interpreter = needs
        .interpreter
        .then(|| output.say("需要翻译", "an interpreter").to_owned());
    let visit = needs
        .home_visit
        .then(|| output.say("上门服务", "a visit at home").to_owned());
    let seen: Vec<_> = urgent
        .into_iter()
        .chain(care)
        .chain(language)
        .chain(interpreter)
        .chain(visit)
        .collect();
    line("注意", "see to", seen.join(", "));
    let named = |kind| {
        let known = desk.directory.material_name(kind);
        known.map_or_else(|| kind.to_string(), |name| output.words(name).to_owned())
    };
    let missing: Vec<_> = view.missing.iter().map(named).collect();
    line("还需补交", "still to bring", missing.join(", "));
    for file in &view.attachments {
        let (hash, size, kind) = (&file.hash, file.size, named(&file.kind));
        line("附件", "file", format!("{hash}  {size}  {kind}"));
    }
    let into = view.merged_into.map(|case| case.to_string());
    line("并入", "merged into", into.unwrap_or_default());
    let here: Vec<_> = view.merged_here.iter().map(ToString::to_string).collect();
    line("已并入本案", "merged here", here.join(", "));
    let redo = view.redo.as_ref().map(|due| due.day.to_string());
    line(
        "差评整改期限",
        "to be put right by",
        redo.unwrap_or_default(),
    );
    text
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
    if SystemClock.now().seconds_since(known_at) < CUT_OFF_SECONDS {
        return String::new();
    }
    let known = output.say(
        "! 线路不通，转办情况截至",
        "! cut off: who holds it, as known at",
    );
    format!("\n{known} {}", known_at.china_text())
}
