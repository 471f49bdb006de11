(** Values of quantities in a model: expressions in conditional probabilities, and how they
    compare. A value is a fraction of two scalars whose denominator is positive. *)

Require Import List Bool PeanoNat NArith ZArith Reals Lra.
From LPC Require Import Scalars Spaces Independence Products Derivations Models RealModels.
Import ListNotations.

(** Variables with values. *)
Definition labels := list (N * N).
Definition meets (l : labels) : @event numbers := fun o => forallb (fun x => N.eqb (o (fst x)) (snd x)) l.

Inductive expression :=
  | Constant (numerator denominator : Z)
  | RootTwo
  | Probability (event given : labels)
  | Plus (a b : expression)
  | Times (a b : expression)
  | Guarded (a b : expression)  (** a product under a sum: 0 if one factor is, whatever the other *)
  | Quotient (a b : expression)
  | Absolute (a : expression).

(** What an expression is worth in a real distribution; undefined where a condition is impossible. *)
Inductive evaluates (N : space reals numbers) : expression -> R -> Prop :=
  | constant_value : forall a b, b <> 0%Z -> evaluates N (Constant a b) (IZR a / IZR b)
  | root_two_value : evaluates N RootTwo (sqrt 2)
  | probability_value : forall e g, pr N (meets g) <> 0%R ->
      evaluates N (Probability e g) (pr N (fun o => meets e o && meets g o) / pr N (meets g))
  | plus_value : forall a b x y, evaluates N a x -> evaluates N b y -> evaluates N (Plus a b) (x + y)
  | times_value : forall a b x y, evaluates N a x -> evaluates N b y -> evaluates N (Times a b) (x * y)
  | guarded_value : forall a b x y, evaluates N a x -> evaluates N b y ->
      evaluates N (Guarded a b) (x * y)
  | guarded_left : forall a b, evaluates N a 0 -> evaluates N (Guarded a b) 0
  | guarded_right : forall a b, evaluates N b 0 -> evaluates N (Guarded a b) 0
  | quotient_value : forall a b x y, evaluates N a x -> evaluates N b y -> y <> 0%R ->
      evaluates N (Quotient a b) (x / y)
  | absolute_value : forall a x, evaluates N a x -> evaluates N (Absolute a) (Rabs x).

Inductive comparison := Equal | Unequal | AtMost | Below.

Definition compares (c : comparison) (x y : R) : Prop :=
  match c with
  | Equal => x = y
  | Unequal => x <> y
  | AtMost => (x <= y)%R
  | Below => (x < y)%R
  end.

Record relation := Relation { left_side : expression; compared : comparison; right_side : expression }.

(** Both sides are defined, and compare as said. *)
Definition true_in (N : space reals numbers) (q : relation) : Prop :=
  exists x y, evaluates N (left_side q) x /\ evaluates N (right_side q) y
    /\ compares (compared q) x y.

(** Scalars with √2, where they have it. Apart from those of models, since square roots rest on
    one more axiom of Coq's real numbers. *)
Record valued_scalars := Valued {
  base :> real_scalars;
  root : option base;
  root_spec : forall r, root = Some r -> real r = sqrt 2
}.

Definition valued_integers : valued_scalars.
Proof. refine (Valued real_integers None _). discriminate. Defined.

Definition valued_roots : valued_scalars.
Proof.
  refine (Valued real_roots (Some (0, 1)%Z) _).
  intros r E. injection E as <-. simpl. unfold root_value. cbn [fst snd]. ring.
Defined.

Section Compute.

Context {K : valued_scalars}.
Local Open Scope scalar_scope.

(** Integers as scalars. *)
Fixpoint of_positive (k : BinNums.positive) : K :=
  match k with
  | xH => 1
  | xO q => let h := of_positive q in h + h
  | xI q => let h := of_positive q in 1 + (h + h)
  end.

Definition of_integer (z : Z) : K :=
  match z with Z0 => 0 | Zpos k => of_positive k | Zneg k => 0 - of_positive k end.

Definition ratio := (K * K)%type.

Fixpoint compute (m : model K) (e : expression) : option ratio :=
  match e with
  | Constant a b =>
      if Z.ltb 0 b && is_positive (of_integer b) then Some (of_integer a, of_integer b) else None
  | RootTwo => match root K with Some r => Some (r, 1) | None => None end
  | Probability e g =>
      let below := add_up (weighted m) (meets g) in
      if is_positive below
      then Some (add_up (weighted m) (fun o => meets e o && meets g o), below) else None
  | Plus a b =>
      match compute m a, compute m b with
      | Some (x, s), Some (y, t) =>
          if is_zero (s - t) then Some (x + y, s) else Some (x * t + y * s, s * t)
      | _, _ => None
      end
  | Times a b =>
      match compute m a, compute m b with
      | Some (x, s), Some (y, t) => Some (x * y, s * t)
      | _, _ => None
      end
  | Guarded a b =>
      match compute m a, compute m b with
      | Some (x, s), Some (y, t) => Some (x * y, s * t)
      | Some (x, s), None => if is_zero x then Some (0, 1) else None
      | None, Some (y, t) => if is_zero y then Some (0, 1) else None
      | None, None => None
      end
  | Quotient a b =>
      match compute m a, compute m b with
      | Some (x, s), Some (y, t) =>
          if is_positive y then Some (x * t, s * y)
          else if is_positive (0 - y) then Some (0 - x * t, s * (0 - y)) else None
      | _, _ => None
      end
  | Absolute a =>
      match compute m a with
      | Some (x, s) =>
          if is_positive x || is_zero x then Some (x, s)
          else if is_positive (0 - x) then Some (0 - x, s) else None
      | None => None
      end
  end.

Definition decide_relation (m : model K) (q : relation) : bool :=
  match compute m (left_side q), compute m (right_side q) with
  | Some (x, s), Some (y, t) =>
      let d := y * s - x * t in
      match compared q with
      | Equal => is_zero d
      | Unequal => negb (is_zero d)
      | AtMost => is_zero d || is_positive d
      | Below => is_positive d
      end
  | _, _ => false
  end.

Lemma real_sub : forall a b : K, real (a - b) = (real a - real b)%R.
Proof.
  intros a b. assert (H : a = (a - b) + b).
  { assert (E := is_ring K). destruct E. rewrite Rsub_def, <- Radd_assoc.
    rewrite (Radd_comm (- b)), Ropp_def, Radd_comm, Radd_0_l. reflexivity. }
  apply (f_equal real) in H. rewrite real_add in H. lra.
Qed.

Lemma real_positive : forall a : K, is_positive a = true -> (0 < real a)%R.
Proof.
  intros a H. apply is_positive_spec in H. destruct H as [H N].
  apply real_nonneg in H. destruct (Rle_lt_or_eq_dec 0 (real a) H) as [L|E]; [exact L|].
  exfalso. apply N, (real_injective K). rewrite real_zero. now symmetry.
Qed.

Lemma real_is_zero : forall a : K, is_zero a = true <-> real a = 0%R.
Proof.
  intro a. rewrite is_zero_spec. split; intro H.
  - now rewrite H, real_zero.
  - apply (real_injective K). now rewrite real_zero.
Qed.

Lemma real_of_positive : forall k, real (of_positive k) = IZR (Zpos k).
Proof.
  induction k; cbn [of_positive].
  - rewrite !real_add, real_one, IHk, Pos2Z.inj_xI, plus_IZR, mult_IZR. lra.
  - rewrite real_add, IHk, Pos2Z.inj_xO, mult_IZR. lra.
  - apply real_one.
Qed.

Lemma real_of_integer : forall z, real (of_integer z) = IZR z.
Proof.
  intros [|k|k]; cbn [of_integer].
  - apply real_zero.
  - apply real_of_positive.
  - rewrite real_sub, real_zero, real_of_positive.
    change (Zneg k) with (- Zpos k)%Z. rewrite opp_IZR. lra.
Qed.

Variable m : model K.
Hypothesis W : well_formed m = true.
Local Notation distribution := (real_space K m W).

Lemma ratio_of_weights : forall f g, (0 < real (pr (model_space m W) g))%R ->
  pr distribution g <> 0%R /\ (pr distribution f / pr distribution g = real (pr (model_space m W) f) / real (pr (model_space m W) g))%R.
Proof.
  intros f g P. assert (T := real_total_positive K m W).
  assert (Ef := real_pr K m W f). assert (Eg := real_pr K m W g).
  assert (Z : pr distribution g <> 0%R).
  { intro Z. rewrite Z in Eg. lra. }
  split; [exact Z|]. rewrite <- Ef, <- Eg. field. split; lra.
Qed.

Lemma compute_spec : forall e x s, compute m e = Some (x, s) ->
  (0 < real s)%R /\ evaluates distribution e (real x / real s)%R.
Proof.
  induction e as [a b| |e g|a IHa b IHb|a IHa b IHb|a IHa b IHb|a IHa b IHb|a IHa];
    cbn [compute]; intros x s H.
  - destruct (Z.ltb_spec 0 b) as [L|L]; [|discriminate]. cbn [andb] in H.
    destruct (is_positive (of_integer b)) eqn:P; [|discriminate]. injection H as <- <-.
    split; [now apply real_positive|]. rewrite !real_of_integer. constructor.
    intros ->. now apply Z.lt_irrefl in L.
  - destruct (root K) as [r|] eqn:E; [|discriminate]. injection H as <- <-.
    rewrite real_one, (root_spec K r E). split; [lra|].
    replace (sqrt 2 / 1)%R with (sqrt 2) by field. constructor.
  - destruct (is_positive (add_up (weighted m) (meets g))) eqn:P; [|discriminate].
    injection H as <- <-. apply real_positive in P. split; [exact P|].
    rewrite <- !(pr_is m W) in *. destruct (ratio_of_weights (fun o => meets e o && meets g o) _ P) as [Z E].
    rewrite <- E. now constructor.
  - destruct (compute m a) as [[xa sa]|]; [|discriminate].
    destruct (compute m b) as [[xb sb]|]; [|discriminate].
    destruct (IHa _ _ eq_refl) as [Pa Ea]. destruct (IHb _ _ eq_refl) as [Pb Eb].
    destruct (is_zero (sa - sb)) eqn:Z; injection H as <- <-.
    + apply real_is_zero in Z. rewrite real_sub in Z. split; [exact Pa|].
      rewrite real_add. replace ((real xa + real xb) / real sa)%R
        with (real xa / real sa + real xb / real sb)%R; [now constructor|].
      replace (real sb) with (real sa) by lra. field. lra.
    + rewrite real_add, !real_mul. split; [now apply Rmult_lt_0_compat|].
      replace ((real xa * real sb + real xb * real sa) / (real sa * real sb))%R
        with (real xa / real sa + real xb / real sb)%R; [now constructor|]. field. lra.
  - destruct (compute m a) as [[xa sa]|]; [|discriminate].
    destruct (compute m b) as [[xb sb]|]; [|discriminate]. injection H as <- <-.
    destruct (IHa _ _ eq_refl) as [Pa Ea]. destruct (IHb _ _ eq_refl) as [Pb Eb].
    rewrite !real_mul. split; [now apply Rmult_lt_0_compat|].
    replace (real xa * real xb / (real sa * real sb))%R
      with (real xa / real sa * (real xb / real sb))%R; [now constructor|]. field. lra.
  - destruct (compute m a) as [[xa sa]|]; destruct (compute m b) as [[xb sb]|]; try discriminate.
    + injection H as <- <-.
      destruct (IHa _ _ eq_refl) as [Pa Ea]. destruct (IHb _ _ eq_refl) as [Pb Eb].
      rewrite !real_mul. split; [now apply Rmult_lt_0_compat|].
      replace (real xa * real xb / (real sa * real sb))%R
        with (real xa / real sa * (real xb / real sb))%R; [now constructor|]. field. lra.
    + destruct (is_zero xa) eqn:Z; [|discriminate]. injection H as <- <-.
      destruct (IHa _ _ eq_refl) as [Pa Ea]. apply real_is_zero in Z. rewrite Z in Ea.
      rewrite real_zero, real_one. split; [lra|]. replace (0 / 1)%R with 0%R by field.
      apply guarded_left. replace 0%R with (0 / real sa)%R by (field; lra). exact Ea.
    + destruct (is_zero xb) eqn:Z; [|discriminate]. injection H as <- <-.
      destruct (IHb _ _ eq_refl) as [Pb Eb]. apply real_is_zero in Z. rewrite Z in Eb.
      rewrite real_zero, real_one. split; [lra|]. replace (0 / 1)%R with 0%R by field.
      apply guarded_right. replace 0%R with (0 / real sb)%R by (field; lra). exact Eb.
  - destruct (compute m a) as [[xa sa]|]; [|discriminate].
    destruct (compute m b) as [[xb sb]|]; [|discriminate].
    destruct (IHa _ _ eq_refl) as [Pa Ea]. destruct (IHb _ _ eq_refl) as [Pb Eb].
    destruct (is_positive xb) eqn:P.
    + injection H as <- <-. apply real_positive in P. rewrite !real_mul.
      split; [now apply Rmult_lt_0_compat|].
      replace (real xa * real sb / (real sa * real xb))%R
        with (real xa / real sa / (real xb / real sb))%R by (field; lra).
      constructor; auto. apply Rgt_not_eq, Rdiv_lt_0_compat; assumption.
    + destruct (is_positive (0 - xb)) eqn:Q; [|discriminate]. injection H as <- <-.
      apply real_positive in Q. rewrite !real_sub, !real_mul, !real_sub, real_zero in *.
      split; [apply Rmult_lt_0_compat; lra|].
      replace ((0 - real xa * real sb) / (real sa * (0 - real xb)))%R
        with (real xa / real sa / (real xb / real sb))%R by (field; lra).
      constructor; auto. apply Rlt_not_eq. unfold Rdiv.
      assert (0 < / real sb)%R by (now apply Rinv_0_lt_compat). nra.
  - destruct (compute m a) as [[xa sa]|]; [|discriminate].
    destruct (IHa _ _ eq_refl) as [Pa Ea].
    assert (I : (0 < / real sa)%R) by (now apply Rinv_0_lt_compat).
    destruct (is_positive xa || is_zero xa) eqn:P.
    + injection H as <- <-. split; [exact Pa|].
      rewrite <- (Rabs_pos_eq (real xa / real sa)); [now constructor|].
      unfold Rdiv. apply orb_prop in P. destruct P as [P|P].
      * apply real_positive in P. nra.
      * apply real_is_zero in P. rewrite P. lra.
    + destruct (is_positive (0 - xa)) eqn:Q; [|discriminate]. injection H as <- <-.
      apply real_positive in Q. rewrite real_sub, real_zero in *. split; [exact Pa|].
      replace ((0 - real xa) / real sa)%R with (Rabs (real xa / real sa)); [now constructor|].
      rewrite Rabs_left; [field; lra|]. unfold Rdiv. nra.
Qed.

Lemma decide_relation_spec : forall q, decide_relation m q = true -> true_in distribution q.
Proof.
  intros [l c r] H. unfold decide_relation in H. cbn [left_side right_side compared] in H.
  destruct (compute m l) as [[x s]|] eqn:El; [|discriminate].
  destruct (compute m r) as [[y t]|] eqn:Er; [|discriminate].
  apply compute_spec in El. apply compute_spec in Er. destruct El as [Ps El], Er as [Pt Er].
  exists (real x / real s)%R, (real y / real t)%R. split; [exact El|]. split; [exact Er|].
  assert (D : (real y / real t - real x / real s = real (sub (mul y s) (mul x t)) / (real s * real t))%R).
  { rewrite real_sub, !real_mul. field. lra. }
  assert (P : (0 < real s * real t)%R) by (now apply Rmult_lt_0_compat).
  assert (I : (0 < / (real s * real t))%R) by (now apply Rinv_0_lt_compat).
  set (d := y * s - x * t) in *. unfold Rdiv in D at 3.
  cbn [compared]. destruct c; cbn [compares].
  - apply real_is_zero in H. rewrite H in D. lra.
  - intro E. rewrite E in D. apply negb_true_iff, not_true_iff_false in H. apply H, real_is_zero.
    assert (F : (real d * / (real s * real t) = 0)%R) by lra.
    apply Rmult_integral in F. destruct F as [F|F]; [exact F|lra].
  - apply orb_prop in H. destruct H as [H|H].
    + apply real_is_zero in H. rewrite H in D. lra.
    + apply real_positive in H. assert (0 < real d * / (real s * real t))%R by (now apply Rmult_lt_0_compat). lra.
  - apply real_positive in H. assert (0 < real d * / (real s * real t))%R by (now apply Rmult_lt_0_compat). lra.
Qed.

End Compute.

(** Statements that hold in a model, and groups of relations of which one is true in it. *)
Definition value_checks {K : valued_scalars} (m : model K) (true_ones : list statement)
    (groups : list (list relation)) : bool :=
  well_formed m && forallb (decide m) true_ones
  && forallb (existsb (decide_relation m)) groups.

Theorem value_sound : forall (K : valued_scalars) (m : model K) true_ones groups,
  value_checks m true_ones groups = true ->
  exists N : space reals numbers, described_by m N
    /\ (forall s, In s true_ones -> holds N s)
    /\ (forall g, In g groups -> exists q, In q g /\ true_in N q).
Proof.
  intros K m yes groups H. unfold value_checks in H. apply andb_prop in H. destruct H as [H Hg].
  apply andb_prop in H. destruct H as [W Hy]. rewrite forallb_forall in Hy, Hg.
  exists (real_space K m W). split; [apply real_space_described|]. split.
  - intros s Hs. apply real_holds, decide_spec. auto.
  - intros g Hin. specialize (Hg g Hin). apply existsb_exists in Hg.
    destruct Hg as (q & Hq & D). exists q. split; [exact Hq|]. now apply decide_relation_spec.
Qed.
