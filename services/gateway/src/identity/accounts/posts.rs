//! Further posts (兼职身份) of an account, for the command line.

use anyhow::bail;
use onestop_proto::ids::StaffId;

use super::{Accounts, Hand, Post, PostChange, check_role, entry};
use crate::{
    core::db::posts::{self, PostOf},
    identity::{account_act::Act, four_eyes::has_power},
};

impl Accounts {
    /// Adds a post to an account, or removes one: the sessions and tokens of a removed post end.
    ///
    /// # Errors
    /// If there is no such account, the account holds the post already or does not hold it, it is the only one, the role is the
    /// system's, a reason is missing, or the database cannot be written.
    pub fn change_post(
        &self,
        id: &StaffId,
        change: PostChange,
        post: &Post,
        hand: Hand<'_>,
    ) -> anyhow::Result<()> {
        let known = self.known(id)?;
        check_role(post.role)?;
        match change {
            PostChange::Add if known.holds(post) => {
                bail!("{id} 已有岗位 {post} / {id} holds the post {post} already")
            }
            PostChange::Remove if !known.holds(post) => {
                bail!(
                    "{id} 没有岗位 {post}，可用 onestop staff list 查看 / \
                     {id} does not hold the post {post}. See 'onestop staff list'"
                )
            }
            PostChange::Remove if known.other_posts.is_empty() => {
                bail!(
                    "{post} 是 {id} 的唯一岗位。请停用账号，或者先增加岗位 / \
                     {post} is the only post of {id}. Disable the account, or add another post first"
                )
            }
            PostChange::Add | PostChange::Remove => {}
        }
        if has_power(post.role) {
            hand.check_reason()?;
        }
        let what = self.told(hand, id, &Act::on_post(change, post.clone()))?;
        let of = PostOf {
            staff: id,
            change,
            post,
        };
        self.db.blocking(|db| {
            let transaction = db.transaction()?;
            posts::write(&transaction, of, entry(&what, hand))?;
            transaction.commit()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        core::post::{Post, PostChange},
        identity::accounts::{Account, Accounts, Hand, one_time},
    };

    fn hand(reason: Option<&'static str>) -> Hand<'static> {
        Hand {
            by: "command-line",
            reason,
        }
    }

    fn post(text: &str) -> Post {
        text.parse().unwrap()
    }

    #[test]
    fn posts_are_added_and_removed_at_the_machine_and_the_last_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::open(folder.path()).unwrap();
        let clerk = post("clerk@s4k2m9qxa.window");
        let account = Account {
            id: "zhang-li".parse().unwrap(),
            name: "张丽".to_owned(),
            role: clerk.role,
            unit: clerk.unit.clone(),
            other_posts: Vec::new(),
            disabled_at: None,
        };
        let id = account.id.clone();
        let password = one_time().unwrap();
        accounts.put(account, &password, hand(None)).unwrap();
        let mediator = post("specialist@s4k2m9qxa.mediation");
        let supervisor = post("supervisor@s4k2m9qxa.bureau");
        let change = |what, post: &Post, reason| {
            let changed = accounts.change_post(&id, what, post, hand(reason));
            changed.is_ok()
        };
        let posts = || {
            let account = accounts.list().unwrap().remove(0);
            let main = Post {
                role: account.role,
                unit: account.unit,
            };
            (main, account.other_posts)
        };
        assert!(!change(PostChange::Remove, &clerk, None), "the only one");
        assert!(change(PostChange::Add, &mediator, None));
        assert!(!change(PostChange::Add, &mediator, None), "twice");
        // What a second person would confirm in the workbench.
        assert!(!change(PostChange::Add, &supervisor, None));
        assert!(change(PostChange::Add, &supervisor, Some("只有两个人")));
        assert_eq!(
            posts(),
            (clerk.clone(), vec![mediator.clone(), supervisor.clone()])
        );
        assert!(change(PostChange::Remove, &clerk, None));
        assert_eq!(posts().1.len(), 1);
        assert!(!change(PostChange::Remove, &clerk, None), "not held");
        assert!(change(PostChange::Remove, &supervisor, Some("已调离")));
        assert_eq!(posts(), (mediator, Vec::new()));
        let [_, by, staff, what] = accounts.history(1).unwrap().remove(0);
        assert_eq!((by.as_str(), staff.as_str()), ("command-line", "zhang-li"));
        let told = "post removed: supervisor for s4k2m9qxa.bureau at the machine: 已调离";
        assert_eq!(what, told);
    }
}
