//! Who can act alone, and who acts for those who cannot (民法典 art. 17-39).

choices! {
    /// What a grown person lacks of the capacity for civil acts; of a child it follows from its age.
    pub enum LegalCapacity {
        /// Cannot wholly judge what they do (民法典 art. 22).
        Limited = "limited", "限制民事行为能力的成年人", "a grown person of limited capacity";
        /// Cannot judge what they do (民法典 art. 21).
        None = "none", "无民事行为能力的成年人", "a grown person without capacity";
    }
}

choices! {
    /// Why an agent is a person's statutory agent: a guardian, in the law's order (民法典 art. 23, 27, 28).
    pub enum Guardian {
        /// The spouse: the first of a grown person.
        Spouse = "spouse", "配偶", "spouse";
        /// A parent: the first of a child, the second of a grown person.
        Parent = "parent", "父母", "parent";
        /// A grown son or daughter, beside the parents.
        Child = "child", "成年子女", "grown son or daughter";
        /// A grandparent, an elder brother or sister; of a grown person any other near relative.
        NearRelative = "near-relative", "祖父母、外祖父母、兄姐等其他近亲属", "grandparent, elder brother or sister, or another near relative";
        /// Another willing person, with the consent of the village or residents' committee or of civil affairs.
        Approved = "approved", "经居（村）委会或者民政部门同意的其他人、组织", "another, with the consent of the village or residents' committee or of civil affairs";
    }
}
