//! The tree of an expression.

use std::ops::{Add, Div, Mul, Range, Sub};
use std::sync::Arc;

use super::Function;
use crate::math::Shape;
use crate::period::{Frequency, Period};

/// An expression and the bytes of the source it was read from (empty where it was made up).
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it stands in the source.
    pub span: Range<usize>,
}

/// Two expressions are equal when they say the same, wherever they stand.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number.
    Number(f64),
    /// A period in quotes: its place on the time line.
    Period(Period),
    /// The word `period`: the current period, some periods ago.
    Now {
        /// How many periods ago.
        shift: u32,
    },
    /// An indicator or a parameter, some periods ago.
    Name {
        /// Its name, NFC-normalised.
        name: String,
        /// How many periods ago.
        lag: u32,
    },
    /// `shock(name)`: a random term of the current period.
    Shock(String),
    /// An operation on one value.
    Unary(UnaryOp, Box<Expr>),
    /// An operation on two values.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// A function.
    Call(Function, Vec<Expr>),
}

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-a`
    Neg,
    /// `not a`
    Not,
}

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a ^ b`
    Pow,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a == b`
    Eq,
    /// `a != b`
    Ne,
    /// `a and b`
    And,
    /// `a or b`
    Or,
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Pow => "^",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::And => "and",
            Self::Or => "or",
        }
    }

    /// Is it `<`, `<=`, `>`, `>=`, `==` or `!=`?
    pub fn is_comparison(self) -> bool {
        self.flipped().is_some()
    }

    /// Of a comparison: that which holds when the two values change places.
    pub(super) fn flipped(self) -> Option<Self> {
        Some(match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Eq | Self::Ne => self,
            _ => return None,
        })
    }

    /// How tightly it binds; see the table in the module's documentation.
    pub(super) fn binding(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Eq | Self::Ne => 4,
            Self::Add | Self::Sub => 5,
            Self::Mul | Self::Div => 6,
            Self::Pow => 8,
        }
    }
}

/// Binding of `not` and of the unary minus.
pub(super) const NOT: u8 = 3;
pub(super) const NEG: u8 = 7;

/// An equation: `lhs = rhs` (an identity), `lhs ~ rhs` (behavioural) or `lhs ~ rhs in levels`.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// Its left side.
    pub lhs: Expr,
    /// Does it have a random term?
    pub behavioural: bool,
    /// Are its residual and its add factor added to the indicator itself, and not to the right
    /// side?
    pub levels: bool,
    /// Its right side.
    pub rhs: Expr,
    /// The text it was read from.
    pub source: Arc<str>,
}

impl Expr {
    /// An expression that stands nowhere.
    pub fn new(node: Node) -> Self {
        Self { node, span: 0..0 }
    }

    /// A number.
    pub fn number(value: f64) -> Self {
        Self::new(Node::Number(value))
    }

    /// A number as it is read: one below 0 is the negative of one above.
    pub(crate) fn literal(value: f64) -> Self {
        if value < 0.0 {
            Self::new(Node::Unary(UnaryOp::Neg, Box::new(Self::number(-value))))
        } else {
            Self::number(value)
        }
    }

    /// A name, some periods ago.
    pub fn name(name: &str, lag: u32) -> Self {
        Self::new(Node::Name { name: name.to_owned(), lag })
    }

    /// A random term.
    pub fn shock(name: &str) -> Self {
        Self::new(Node::Shock(name.to_owned()))
    }

    /// An operation on two values.
    pub fn binary(op: BinaryOp, a: Self, b: Self) -> Self {
        let span = a.span.start.min(b.span.start)..a.span.end.max(b.span.end);
        Self { node: Node::Binary(op, Box::new(a), Box::new(b)), span }
    }

    /// A sum.
    pub fn plus(a: Self, b: Self) -> Self {
        Self::binary(BinaryOp::Add, a, b)
    }

    /// A function of one argument.
    pub fn call(function: Function, argument: Self) -> Self {
        let span = argument.span.clone();
        Self { node: Node::Call(function, vec![argument]), span }
    }

    /// The expressions it is made of.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.node {
            Node::Unary(_, a) => vec![a],
            Node::Binary(_, a, b) => vec![a, b],
            Node::Call(_, arguments) => arguments.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Calls `visit` with every name in it and its lag.
    pub fn visit_names<'a>(&'a self, visit: &mut impl FnMut(&'a str, u32)) {
        if let Node::Name { name, lag } = &self.node {
            visit(name, *lag);
        }
        for part in self.parts() {
            part.visit_names(visit);
        }
    }

    /// Calls `visit` with every shock in it.
    pub fn visit_shocks<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        if let Node::Shock(name) = &self.node {
            visit(name);
        }
        for part in self.parts() {
            part.visit_shocks(visit);
        }
    }

    /// Does a shock occur in it?
    pub fn has_shock(&self) -> bool {
        matches!(self.node, Node::Shock(_)) || self.parts().into_iter().any(Self::has_shock)
    }

    /// Does it move in steps anywhere: by a condition, a comparison, a floor?
    pub(crate) fn has_steps(&self) -> bool {
        let here = match &self.node {
            Node::Unary(UnaryOp::Not, _) | Node::Call(Function::If | Function::Mod, _) => true,
            Node::Binary(op, ..) => {
                op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or)
            }
            Node::Call(Function::Of(function), _) => matches!(function.shape(), Shape::Steps),
            _ => false,
        };
        here || self.parts().into_iter().any(Self::has_steps)
    }

    /// What an expression of numbers alone comes to.
    pub(crate) fn constant(&self) -> Option<f64> {
        match &self.node {
            Node::Number(value) => Some(*value),
            Node::Unary(UnaryOp::Neg, a) => Some(-a.constant()?),
            Node::Binary(op, a, b) => {
                let (a, b) = (a.constant()?, b.constant()?);
                match op {
                    BinaryOp::Add => Some(a + b),
                    BinaryOp::Sub => Some(a - b),
                    BinaryOp::Mul => Some(a * b),
                    BinaryOp::Div => Some(a / b),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The name, where it is nothing but one without a lag.
    pub fn plain_name(&self) -> Option<&str> {
        match &self.node {
            Node::Name { name, lag: 0 } => Some(name),
            _ => None,
        }
    }

    /// The name, where it is nothing but one, now or some periods ago; else nothing.
    pub(crate) fn name_in_any_period(&self) -> &str {
        match &self.node {
            Node::Name { name, .. } => name,
            _ => "",
        }
    }

    /// How often a name occurs in it without a lag.
    pub fn count_current(&self, wanted: &str) -> usize {
        let mut count = 0;
        self.visit_names(&mut |name, lag| count += usize::from(lag == 0 && name == wanted));
        count
    }

    /// The same with some parts in another form: what `with` gives stands in place of a part, and
    /// the parts of what it gives nothing for are looked at in turn.
    #[must_use]
    pub fn rewritten(&self, with: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        if let Some(other) = with(self) {
            return other;
        }
        let node = match &self.node {
            Node::Unary(op, a) => Node::Unary(*op, Box::new(a.rewritten(with))),
            Node::Binary(op, a, b) => {
                let a = a.rewritten(with);
                Node::Binary(*op, Box::new(a), Box::new(b.rewritten(with)))
            }
            Node::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| argument.rewritten(with));
                Node::Call(function.clone(), arguments.collect())
            }
            leaf => leaf.clone(),
        };
        Self { node, span: self.span.clone() }
    }

    /// The same with every name that has no lag taken from the period before.
    pub(crate) fn with_names_before(&self) -> Self {
        self.rewritten(&mut |part| match &part.node {
            Node::Name { name, lag: 0 } => Some(Self::name(name, 1)),
            _ => None,
        })
    }

    /// The same, standing nowhere.
    pub(super) fn unplaced(mut self) -> Self {
        fn forget(expr: &mut Expr) {
            expr.span = 0..0;
            match &mut expr.node {
                Node::Unary(_, a) => forget(a),
                Node::Binary(_, a, b) => {
                    forget(a);
                    forget(b);
                }
                Node::Call(_, arguments) => arguments.iter_mut().for_each(forget),
                _ => {}
            }
        }
        forget(&mut self);
        self
    }

    /// How many random counts occur in it.
    pub fn counts(&self) -> usize {
        let own = matches!(&self.node, Node::Call(function, _) if function.is_count());
        usize::from(own) + self.parts().into_iter().map(Self::counts).sum::<usize>()
    }

    /// Does a random count occur in it?
    pub fn has_count(&self) -> bool {
        self.counts() > 0
    }
}

impl Equation {
    /// An equation that stands nowhere: behavioural or an identity.
    pub fn new(lhs: Expr, behavioural: bool, rhs: Expr) -> Self {
        let made = Self { lhs, behavioural, levels: false, rhs, source: Arc::from("") };
        let source = Arc::from(made.to_string());
        Self { source, ..made }
    }

    /// Its left and its right side.
    pub fn sides(&self) -> [&Expr; 2] {
        [&self.lhs, &self.rhs]
    }

    /// The same without transforms (see [`Expr::expand`]).
    ///
    /// # Errors
    /// All that is wrong with a shift or a period, of either side.
    pub fn expand(&self, frequency: Frequency) -> Result<Self, Vec<super::SyntaxError>> {
        match (self.lhs.expand(frequency), self.rhs.expand(frequency)) {
            (Ok(lhs), Ok(rhs)) => Ok(Self { lhs, rhs, ..self.clone() }),
            (lhs, rhs) => Err([lhs.err(), rhs.err()].into_iter().flatten().collect()),
        }
    }

    /// The same with some parts in another form (see [`Expr::rewritten`]).
    #[must_use]
    pub fn rewritten(&self, with: &mut impl FnMut(&Expr) -> Option<Expr>) -> Self {
        let lhs = self.lhs.rewritten(with);
        Self { lhs, rhs: self.rhs.rewritten(with), ..self.clone() }
    }
}

/// Expressions are put together as they are written.
macro_rules! operator {
    ($($trait:ident $function:ident,)*) => {$(
        impl $trait for Expr {
            type Output = Self;

            fn $function(self, other: Self) -> Self {
                Self::binary(BinaryOp::$trait, self, other)
            }
        }
    )*};
}

operator! {
    Add add,
    Sub sub,
    Mul mul,
    Div div,
}
