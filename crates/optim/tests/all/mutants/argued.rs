//! Faults that nothing notices, each with its reason.

/// A fault of an operation that nothing notices.
#[derive(Debug)]
pub(super) struct Survivor {
    /// The rule and the stage.
    pub(super) of: String,
    /// The source line after the name of its file, with `»` where the operation begins.
    pub(super) code: String,
    /// The operation, and the way in which it is wrong.
    pub(super) fault: String,
}

/// Why some survivors may live.
#[derive(Debug)]
pub(super) struct Argued {
    /// What their rule and stage begin with; nothing for all rules.
    of: &'static [&'static str],
    /// What their source line has.
    code: &'static str,
    /// Their faults; nothing for all.
    ways: &'static [&'static str],
    pub(super) why: &'static str,
}

impl Argued {
    /// Whether it is about this survivor.
    pub(super) fn covers(&self, survivor: &Survivor) -> bool {
        (self.of.is_empty() || self.of.iter().any(|of| survivor.of.starts_with(of)))
            && survivor.code.contains(self.code)
            && (self.ways.is_empty() || self.ways.contains(&&*survivor.fault))
    }

    /// The rules and faults it names that do not survive.
    pub(super) fn idle(&self, left: &[Survivor]) -> Vec<&'static str> {
        let covered: Vec<&Survivor> = left.iter().filter(|survivor| self.covers(survivor)).collect();
        let of = self.of.iter().filter(|of| !covered.iter().any(|survivor| survivor.of.starts_with(**of)));
        let ways = self.ways.iter().filter(|way| !covered.iter().any(|survivor| survivor.fault == **way));
        let none = covered.is_empty().then_some(&self.code);
        of.chain(ways).chain(none).copied().collect()
    }
}

const STAND_IN: &str = "it stands in for a number that is not picked, as any of a finite slope would";
const NAN: &str = "it tells 0 from what is no number, which no run here has; the test of `root` holds it";
const AT_ZERO: &str = "the branch is picked at a beta of 0 alone, where what the factor is for is 0 or not read";
const SIGN_OF_0: &str = "the sign of 0 is multiplied by 0";
const UNUSED: &str = "the rule does not use this one of the two, but one of its own";
const ONE: &str = "the other operand is 1 in this rule";
const PLACE: &str = "it keeps a place that `scalars` writes to";
const READ: &str = "it is for `memo` to read, which the tests of the rule hold";
const NEGATIVE: &str = "every step gives the negative, of which only the size is read";

pub(super) const ARGUED: &[Argued] = &[
    Argued { of: &[], code: "beta.»lit(0.5)", ways: &["lit 0"], why: STAND_IN },
    Argued { of: &[], code: "mean_square.»lit(1.0)", ways: &["lit 0"], why: STAND_IN },
    Argued { of: &["dadapt_adamw observe"], code: "g.»lit(1.0)", ways: &["lit 0"], why: STAND_IN },
    Argued {
        of: &["dowg remember", "polyak_sgd remember", "momo_adam"],
        code: "eps.»lit(1.0)",
        ways: &["lit 0"],
        why: STAND_IN,
    },
    Argued { of: &["prodigy remember"], code: "d.»lit(1.0)", ways: &["lit 0"], why: STAND_IN },
    Argued {
        of: &["radam direction"],
        code: "g.»lit(1.0)",
        ways: &["lit 0"],
        why: "it stands in twice, in a quotient",
    },
    Argued { of: &["radam hyper"], code: "»E::pick(some, most, n(6.0))", ways: &["pick 0"], why: STAND_IN },
    Argued {
        of: &["radam hyper"],
        code: "beta2.»lit(x)",
        ways: &["lit 0", "lit 1"],
        why: "its 6 stands in for what is not picked, and its last 0 for any number that is not above 0",
    },
    Argued { of: &[], code: "mean_square.»below(one) &", ways: &["below 1"], why: NAN },
    Argued { of: &[], code: "»mean_square.below(one) &", ways: &["bitand 1"], why: NAN },
    Argued {
        of: &[],
        code: "»E::pick(none, zero, E::pick(none, one, mean_square)",
        ways: &["pick 1"],
        why: "where the mean of squares is 0, so is what its root divides",
    },
    Argued {
        of: &["dog remember"],
        code: "mod.rs: ",
        ways: &["sqrt 0", "sqrt 1", "pick 0", "not 1", "bitand 0"],
        why: "the last root of a step is at the first that of a distance of 0, and at others not there",
    },
    Argued {
        of: &["adadelta direction", "adopt direction", "yogi direction"],
        code: "mean_square",
        ways: &["lit 1", "below 0", "below 1", "pick 1"],
        why: "the root is of a number above 0, or bounded below",
    },
    Argued {
        of: &[],
        code: "»E::pick(some, half, beta).powi",
        ways: &["pick 1"],
        why: "a power has a finite slope, picked or not",
    },
    Argued {
        of: &[],
        code: "beta.»lit(0.0).below(beta)",
        ways: &["lit 0"],
        why: "both branches give the same factor; the tests of `correction` hold its digits",
    },
    Argued { of: &["radam hyper"], code: "»E::pick(some, half, beta).powi", ways: &["pick 0"], why: AT_ZERO },
    Argued {
        of: &["adan hyper", "nadamw hyper", "radam hyper"],
        code: ".»powi(few)",
        ways: &["powi 0", "powi 1"],
        why: AT_ZERO,
    },
    Argued {
        of: &["adan hyper", "nadamw hyper", "radam hyper"],
        code: "»(one - E::pick(some, half, beta).powi(few))",
        ways: &["sub 0", "sub 1"],
        why: AT_ZERO,
    },
    Argued {
        of: &["adan hyper", "nadamw hyper", "radam hyper"],
        code: "»one / (one - E::pick(some, half, beta).powi(few))",
        ways: &["div 0", "div 1"],
        why: AT_ZERO,
    },
    Argued { of: &["radam hyper"], code: "»E::pick(some, logs", ways: &["pick 0"], why: AT_ZERO },
    Argued {
        of: &["amsgrad hyper"],
        code: ".»powi(few)",
        ways: &["powi 0"],
        why: "gradients fall here, so the greatest square is the first, whose power is 1",
    },
    Argued {
        of: &["nadam hyper"],
        code: "mod.rs: ",
        ways: &[],
        why: "its look-ahead stands where the mean's bias is undone, and the correction of that is not used",
    },
    Argued { of: &[], code: "»x * zero", ways: &["mul 1"], why: "x is 0 there, or no number" },
    Argued {
        of: &["rprop direction"],
        code: "»x * zero",
        ways: &["mul 0"],
        why: "it is compared with 0, and what is no number is on neither side",
    },
    Argued {
        of: &["rprop direction"],
        code: "x.»lit(1.0)",
        ways: &["lit 0"],
        why: "of a product of signs the sign alone is read",
    },
    Argued { of: &["rprop direction", "yogi direction"], code: "x.»below(zero)", ways: &["below 1"], why: SIGN_OF_0 },
    Argued {
        of: &["rprop direction", "yogi direction"],
        code: "»E::pick(x.below(zero)",
        ways: &["pick 0"],
        why: SIGN_OF_0,
    },
    Argued {
        of: &["yogi direction"],
        code: "»fresh2 * sign(v - square)",
        ways: &["mul 0"],
        why: "a sign is its own inverse, and 0 only where the square is that of no gradient",
    },
    Argued {
        of: &["adam(amsgrad)", "adamw(amsgrad)", "lamb observe"],
        code: "»s[1] * h[5]",
        ways: &["mul 0", "mul 1"],
        why: UNUSED,
    },
    Argued { of: &["lamb observe"], code: "»s[0] * h[4]", ways: &["mul 0", "mul 1"], why: UNUSED },
    Argued { of: &["radam direction"], code: "»s[1] * h[5]", ways: &["mul 0", "mul 1"], why: ONE },
    Argued { of: &["lamb hyper"], code: "b1.»lit(1.0)]", ways: &["lit 0", "lit 1"], why: PLACE },
    Argued { of: &["momo hyper"], code: "beta.»lit(0.0)]", ways: &["lit 0", "lit 1"], why: PLACE },
    Argued { of: &["momo_adam hyper"], code: "one.»lit(0.0)]", ways: &["lit 0", "lit 1"], why: PLACE },
    Argued { of: &["prodigy hyper"], code: "»eps * d, decay", ways: &["mul 0", "mul 1"], why: PLACE },
    Argued {
        of: &["lamb scalars"],
        code: "h[9] = »E::pick",
        ways: &["pick 0"],
        why: "where it is not picked, it is the quotient of two that stand in",
    },
    Argued {
        of: &["adam_hd hyper", "sgd_hd hyper"],
        code: "",
        ways: &[],
        why: "`scalars` makes them anew with the rate moved; the first pass reads the decay alone",
    },
    Argued {
        of: &["adam_hd remember", "sgd_hd remember"],
        code: "»now.lr + memo[MOVED]",
        ways: &["add 0", "add 1"],
        why: READ,
    },
    Argued { of: &["adam_hd remember", "sgd_hd remember"], code: "»-product", ways: &["neg 0", "neg 1"], why: READ },
    Argued {
        of: &["adam_hd scalars", "sgd_hd scalars"],
        code: "»now.lr + memo[MOVED]",
        ways: &["add 0", "add 1"],
        why: "the numbers of either rule do not depend on its rate",
    },
    Argued { of: &["momo remember"], code: "»two * whole * grow", ways: &["mul 0", "mul 1"], why: ONE },
    Argued { of: &["momo remember"], code: "»(now.lr / whole)", ways: &["div 0"], why: ONE },
    Argued {
        of: &["momo remember", "momo_adam remember"],
        code: "»adapt & cap.below",
        ways: &["bitand 1"],
        why: "a model below a bound that is kept makes no step, whatever bound is used",
    },
    Argued {
        of: &["momo remember"],
        code: "»memo[COUNT] + one",
        ways: &["add 1"],
        why: "from the second step on: that it is above 0 is all that is asked",
    },
    Argued {
        of: &["momo_adam remember"],
        code: "»memo[COUNT] + one",
        ways: &["add 0", "add 1"],
        why: "MoMo alone reads it",
    },
    Argued {
        of: &["momo_adam remember"],
        code: "memo[SHARE] = »E::pick(moves",
        ways: &["pick 0"],
        why: "at a rate of 0 both are 0",
    },
    Argued {
        of: &["momo_adam observe"],
        code: "eps.»lit(0.0)",
        ways: &["lit 0", "lit 1"],
        why: "it is multiplied by a mean that is 0",
    },
    Argued {
        of: &["momo_adam"],
        code: "»E::pick(none, zero, s[0]",
        ways: &["pick 1"],
        why: "0 over what stands in is 0 too",
    },
    Argued {
        of: &["dadapt_adamw observe"],
        code: "weighted = »E::pick(some",
        ways: &["pick 0"],
        why: "0 over what stands in is 0 too",
    },
    Argued {
        of: &["polyak_sgd remember"],
        code: "memo[0] = »E::pick(some",
        ways: &["pick 0"],
        why: "it is multiplied by a gradient of 0",
    },
    Argued { of: &["prodigy observe"], code: "»beta3 * s[2] + of_sum * g", ways: &["add 0"], why: NEGATIVE },
    Argued { of: &["rmsprop(centered) direction"], code: "»h[0] * *mean + h[1] * g", ways: &["add 0"], why: NEGATIVE },
];
