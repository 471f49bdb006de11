(** Scalars: what a probability is made of.

    An ordered commutative ring without zero divisors. Integers, rationals and reals are
    instances; derivations are proved for all of them at once and use no axiom. *)

Require Import ZArith Ring_theory Ring Lia.

Record scalar := Scalar {
  carrier :> Type;
  zero : carrier;
  one : carrier;
  add : carrier -> carrier -> carrier;
  mul : carrier -> carrier -> carrier;
  sub : carrier -> carrier -> carrier;
  opp : carrier -> carrier;
  nonneg : carrier -> Prop;
  is_ring : ring_theory zero one add mul sub opp (@eq carrier);
  one_neq_zero : one <> zero;
  zero_or_not : forall a, a = zero \/ a <> zero;
  integral : forall a b, mul a b = zero -> a = zero \/ b = zero;
  nonneg_zero : nonneg zero;
  nonneg_one : nonneg one;
  nonneg_add : forall a b, nonneg a -> nonneg b -> nonneg (add a b);
  nonneg_mul : forall a b, nonneg a -> nonneg b -> nonneg (mul a b);
  nonneg_total : forall a, nonneg a \/ nonneg (opp a);
  nonneg_antisym : forall a, nonneg a -> nonneg (opp a) -> a = zero
}.

Arguments zero {_}.
Arguments one {_}.
Arguments add {_} _ _.
Arguments mul {_} _ _.
Arguments sub {_} _ _.
Arguments opp {_} _.
Arguments nonneg {_} _.

Declare Scope scalar_scope.
Delimit Scope scalar_scope with S.
Notation "0" := zero : scalar_scope.
Notation "1" := one : scalar_scope.
Infix "+" := add : scalar_scope.
Infix "*" := mul : scalar_scope.
Infix "-" := sub : scalar_scope.
Notation "- x" := (opp x) : scalar_scope.
Notation "a <= b" := (nonneg (sub b a)) : scalar_scope.

Section Facts.

Variable R : scalar.
Local Open Scope scalar_scope.

Add Ring scalar_ring : (is_ring R).

Lemma cancel_left : forall c a b : R, c <> 0 -> c * a = c * b -> a = b.
Proof.
  intros c a b Hc H.
  assert (E : c * (a - b) = 0).
  { transitivity (c * a - c * b); [ring|]. rewrite H. ring. }
  apply integral in E. destruct E as [E|E]; [contradiction|].
  transitivity ((a - b) + b); [ring|]. rewrite E. ring.
Qed.

Lemma nonzero_mul : forall a b : R, a <> 0 -> b <> 0 -> a * b <> 0.
Proof. intros a b Ha Hb H. apply integral in H. tauto. Qed.

Lemma nonzero_parts : forall a b : R, a * b <> 0 -> a <> 0 /\ b <> 0.
Proof.
  intros a b H. split; intro E; apply H; rewrite E; ring.
Qed.

Lemma sum_zero : forall a b : R, nonneg a -> nonneg b -> a + b = 0 -> a = 0.
Proof.
  intros a b Ha Hb H. apply (nonneg_antisym R); [exact Ha|].
  assert (E : - a = b). { transitivity ((a + b) - a); [rewrite H|]; ring. }
  rewrite E. exact Hb.
Qed.

Lemma nonneg_cancel : forall c a : R, nonneg c -> c <> 0 -> nonneg (c * a) -> nonneg a.
Proof.
  intros c a Hc Hn H. destruct (nonneg_total R a) as [T|T]; [exact T|].
  assert (E : c * a = 0).
  { apply (nonneg_antisym R); [exact H|].
    replace (- (c * a)) with (c * - a) by ring. now apply nonneg_mul. }
  apply integral in E. destruct E as [E|E]; [contradiction|]. rewrite E. apply nonneg_zero.
Qed.

Fixpoint total (l : list R) : R :=
  match l with nil => 0 | cons a r => a + total r end.

Fixpoint product (l : list R) : R :=
  match l with nil => 1 | cons a r => a * product r end.

End Facts.

Arguments total {_} _.
Arguments product {_} _.

(** The integers. *)

Definition integers : scalar.
Proof.
  refine (Scalar Z 0%Z 1%Z Z.add Z.mul Z.sub Z.opp (fun a => (0 <= a)%Z) _ _ _ _ _ _ _ _ _ _).
  - constructor; intros; ring.
  - discriminate.
  - intros a. destruct (Z.eq_dec a 0); auto.
  - intros a b H. now apply Z.mul_eq_0.
  - lia.
  - lia.
  - intros; lia.
  - intros; now apply Z.mul_nonneg_nonneg.
  - intros; lia.
  - intros; lia.
Defined.
