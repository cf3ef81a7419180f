//! Names a schedule may use that are not the language's own.

use crate::Plan;
use crate::adaptive::Adaptive;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The value of a user's function.
type Value = dyn Fn(f64, &[f64]) -> f64 + Send + Sync;
/// Its derivatives: in the first argument, then in each value.
type Slopes = dyn Fn(f64, &[f64], &mut [f64]) + Send + Sync;
/// A rule from its arguments, or what is wrong with them.
pub(crate) type Make = dyn Fn(&[f64]) -> Result<Arc<dyn Adaptive>, String> + Send + Sync;

/// A user's function.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) value: Arc<Value>,
    pub(crate) slopes: Option<Arc<Slopes>>,
}

/// Names a schedule may use that are not the language's own: functions, adaptive rules, and linked quantities.
///
/// A schedule keeps the names; [`Schedule::bind_with`](crate::Schedule::bind_with) looks them up.
#[derive(Clone, Default)]
pub struct Registry {
    functions: BTreeMap<String, Function>,
    adaptives: BTreeMap<String, Arc<Make>>,
    links: BTreeMap<String, Plan>,
}

impl Registry {
    /// No names.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// The same registry with a function for [`user`](crate::user) and [`user_steps`](crate::user_steps): of the way gone, or
    /// of the step, and of the values written. Without its derivatives, a plan that uses it has none either.
    #[must_use]
    pub fn function(mut self, name: &str, value: impl Fn(f64, &[f64]) -> f64 + Send + Sync + 'static) -> Registry {
        self.functions.insert(name.into(), Function { value: Arc::new(value), slopes: None });
        self
    }

    /// The same registry with a function and its derivatives: `slopes(z, values, out)` fills `out` with the derivative in
    /// `z`, then those in the values.
    #[must_use]
    pub fn differentiable(
        mut self,
        name: &str,
        value: impl Fn(f64, &[f64]) -> f64 + Send + Sync + 'static,
        slopes: impl Fn(f64, &[f64], &mut [f64]) + Send + Sync + 'static,
    ) -> Registry {
        self.functions.insert(name.into(), Function { value: Arc::new(value), slopes: Some(Arc::new(slopes)) });
        self
    }

    /// The same registry with an adaptive rule, made from the numbers in the parentheses of `adaptive::name(..)`; the error
    /// is what is wrong with them.
    #[must_use]
    pub fn adaptive(
        mut self,
        name: &str,
        rule: impl Fn(&[f64]) -> Result<Arc<dyn Adaptive>, String> + Send + Sync + 'static,
    ) -> Registry {
        self.adaptives.insert(name.into(), Arc::new(rule));
        self
    }

    /// The same registry with what `@name`, or [`linked(name)`](crate::linked), stands for.
    #[must_use]
    pub fn link(mut self, name: &str, plan: Plan) -> Registry {
        self.links.insert(name.into(), plan);
        self
    }

    /// The names without the links that are not asked for.
    pub(crate) fn linking(&self, asked: impl Fn(&str) -> bool) -> Registry {
        let mut links = self.links.clone();
        links.retain(|name, _| asked(name));
        Registry { links, ..self.clone() }
    }

    pub(crate) fn find_function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    pub(crate) fn find_adaptive(&self, name: &str) -> Option<&Arc<Make>> {
        self.adaptives.get(name)
    }

    pub(crate) fn find_link(&self, name: &str) -> Option<&Plan> {
        self.links.get(name)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("functions", &self.functions.keys())
            .field("adaptives", &self.adaptives.keys())
            .field("links", &self.links.keys())
            .finish()
    }
}
