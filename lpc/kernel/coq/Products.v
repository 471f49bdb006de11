(** Equations between products of conditional probabilities.

    A factor P(E | G) is p(E ∪ G) / p(G). An equation is asserted at every valid point at which
    every condition G of both sides has positive probability; without division it says that the
    numerators of one side times the denominators of the other agree.

    A *fraction* is a list of numerators and one of denominators, both sets of variables.
    Cancelling common sets is allowed only as long as every denominator stays positive. *)

Require Import List Bool PeanoNat NArith Ring Permutation.
From LPC Require Import Scalars Spaces Independence.
Import ListNotations.

Definition factor := (N * N)%type.
Definition fraction := (list N * list N)%type.

Definition numerators (l : list factor) : list N := map (fun f => union (fst f) (snd f)) l.
Definition conditions (l : list factor) : list N := map snd l.
Definition fraction_of (l : list factor) : fraction := (numerators l, conditions l).

(** * Lists as multisets *)

Fixpoint remove_one (s : N) (l : list N) : option (list N) :=
  match l with
  | nil => None
  | t :: r => if N.eqb s t then Some r else
              match remove_one s r with Some q => Some (t :: q) | None => None end
  end.

(** Common members taken out of both lists. *)
Fixpoint cancel (num den : list N) : fraction :=
  match den with
  | nil => (num, nil)
  | s :: r => match remove_one s num with
              | Some q => cancel q r
              | None => let (n, d) := cancel num r in (n, s :: d)
              end
  end.

Definition same_members (a b : list N) : bool :=
  match cancel a b with (nil, nil) => true | _ => false end.

Definition no_common (a b : list N) : bool :=
  forallb (fun s => negb (existsb (N.eqb s) b)) a.

Lemma remove_one_spec : forall s l q, remove_one s l = Some q -> Permutation l (s :: q).
Proof.
  induction l as [|t l IH]; simpl; intros q H; [discriminate|].
  destruct (N.eqb_spec s t) as [->|N].
  - now inversion H.
  - destruct (remove_one s l) as [q'|]; [|discriminate]. inversion H; subst.
    rewrite (IH q') by reflexivity. apply perm_swap.
Qed.

Lemma cancel_spec : forall den num n d, cancel num den = (n, d) ->
  exists c, Permutation num (n ++ c) /\ Permutation den (d ++ c).
Proof.
  induction den as [|s r IH]; simpl; intros num n d H.
  - inversion H; subst. exists nil. rewrite !app_nil_r. auto.
  - destruct (remove_one s num) as [q|] eqn:E.
    + apply remove_one_spec in E. apply IH in H. destruct H as (c & H & K).
      exists (s :: c). split.
      * rewrite E, H. apply Permutation_middle.
      * rewrite K. apply Permutation_middle.
    + destruct (cancel num r) as [n' d'] eqn:F. inversion H; subst.
      apply IH in F. destruct F as (c & F & K). exists c. split; [exact F|].
      simpl. now rewrite K.
Qed.

Lemma same_members_spec : forall a b, same_members a b = true -> Permutation a b.
Proof.
  intros a b. unfold same_members. destruct (cancel a b) as [n d] eqn:E.
  destruct n, d; try discriminate. intros _. apply cancel_spec in E.
  destruct E as (c & H & K). simpl in *. now rewrite H, K.
Qed.

Lemma no_common_spec : forall a b s, no_common a b = true -> In s a -> ~ In s b.
Proof.
  intros a b s H Ha Hb. unfold no_common in H. rewrite forallb_forall in H.
  specialize (H s Ha). apply negb_true_iff in H. apply not_true_iff_false in H.
  apply H, existsb_exists. exists s. split; [exact Hb|apply N.eqb_refl].
Qed.

(** A set is allowed when it is empty or lies inside a set known to be positive. *)
Definition allowed (covers : list N) (s : N) : bool :=
  N.eqb s 0 || existsb (subset s) covers.

Definition all_allowed (covers l : list N) : bool := forallb (allowed covers) l.

Section Products.

Context {R : scalar} {V : domain} (M : space R V).
Local Open Scope scalar_scope.
Add Ring scalar_ring4 : (is_ring R).

Definition prod (l : list N) (u : point) : R := product (map (fun s => p M s u) l).

Definition equation (left right : list factor) : Prop := forall u, valid M u ->
  (forall s, In s (conditions left ++ conditions right) -> p M s u <> 0) ->
  prod (numerators left) u * prod (conditions right) u =
  prod (numerators right) u * prod (conditions left) u.

Lemma prod_app : forall a b u, prod (a ++ b) u = prod a u * prod b u.
Proof.
  intros a b u. unfold prod. induction a; simpl; [ring|]. rewrite IHa. ring.
Qed.

Lemma prod_perm : forall a b u, Permutation a b -> prod a u = prod b u.
Proof.
  intros a b u H. unfold prod. induction H; simpl; try ring.
  - now rewrite IHPermutation.
  - now rewrite IHPermutation1.
Qed.

Lemma prod_nonzero : forall l u, (forall s, In s l -> p M s u <> 0) -> prod l u <> 0.
Proof.
  intros l u H. unfold prod. induction l; simpl; [apply one_neq_zero|].
  apply nonzero_mul; [apply H; now left|]. apply IHl. intros. apply H. now right.
Qed.

Lemma prod_zero : forall l u s, In s l -> p M s u = 0 -> prod l u = 0.
Proof.
  intros l u s. unfold prod. induction l; simpl; [easy|]. intros [->|H] E.
  - rewrite E. ring.
  - rewrite IHl; auto. ring.
Qed.

Lemma prod_zero_in : forall l u, prod l u = 0 -> exists s, In s l /\ p M s u = 0.
Proof.
  intros l u. unfold prod. induction l; simpl; intro H.
  - now apply one_neq_zero in H.
  - apply integral in H. destruct H as [H|H].
    + exists a. auto.
    + destruct (IHl H) as (s & K & E). exists s. auto.
Qed.

Lemma allowed_nonzero : forall covers s u,
  (forall c, In c covers -> p M c u <> 0) -> allowed covers s = true -> p M s u <> 0.
Proof.
  intros covers s u H A. unfold allowed in A. apply orb_prop in A. destruct A as [A|A].
  - apply N.eqb_eq in A. subst. apply p_none.
  - apply existsb_exists in A. destruct A as (c & Hc & A).
    apply (p_subset M s c u A). now apply H.
Qed.

Lemma all_allowed_nonzero : forall covers l u,
  (forall c, In c covers -> p M c u <> 0) -> all_allowed covers l = true ->
  forall s, In s l -> p M s u <> 0.
Proof.
  intros covers l u H A s Hs. unfold all_allowed in A. rewrite forallb_forall in A.
  apply (allowed_nonzero covers); auto.
Qed.

(** Two fractions with positive denominators have the same value. *)
Definition same_value (a b : fraction) (u : point) : Prop :=
  prod (fst a) u * prod (snd b) u = prod (fst b) u * prod (snd a) u.

Definition defined (a : fraction) (u : point) : Prop := forall s, In s (snd a) -> p M s u <> 0.

Lemma same_value_trans : forall a b c u, defined b u ->
  same_value a b u -> same_value b c u -> same_value a c u.
Proof.
  unfold same_value. intros a b c u D H K. apply prod_nonzero in D.
  apply (cancel_left R _ _ _ D).
  transitivity ((prod (fst a) u * prod (snd b) u) * prod (snd c) u); [ring|]. rewrite H.
  transitivity ((prod (fst b) u * prod (snd c) u) * prod (snd a) u); [ring|]. rewrite K. ring.
Qed.

(** * Links *)

(** A link replaces the numerators `neg` by `pos`, of equal product. *)
Lemma link_step : forall n d pos neg n' d' u,
  cancel (n ++ pos) (d ++ neg) = (n', d') ->
  defined (n, d) u -> defined (n', d') u ->
  no_common pos neg = true ->
  prod pos u = prod neg u ->
  same_value (n, d) (n', d') u.
Proof.
  intros n d pos neg n' d' u E D D' C H. unfold same_value, defined in *. simpl in *.
  apply cancel_spec in E. destruct E as (c & Pn & Pd).
  destruct (zero_or_not R (prod pos u)) as [Z|Z].
  - assert (Zn : prod n' u = 0).
    { destruct (prod_zero_in pos u Z) as (s & Hs & Es).
      assert (I : In s (n' ++ c)) by (rewrite <- Pn; apply in_or_app; auto).
      apply in_app_or in I. destruct I as [I|I]; [now apply (prod_zero _ _ s)|].
      assert (J : In s (d ++ neg)) by (rewrite Pd; apply in_or_app; auto).
      apply in_app_or in J. destruct J as [J|J].
      - now apply D in J.
      - exfalso. exact (no_common_spec pos neg s C Hs J). }
    assert (Zo : prod n u = 0).
    { rewrite H in Z. destruct (prod_zero_in neg u Z) as (s & Hs & Es).
      assert (I : In s (d' ++ c)) by (rewrite <- Pd; apply in_or_app; auto).
      apply in_app_or in I. destruct I as [I|I]; [now apply D' in I|].
      assert (J : In s (n ++ pos)) by (rewrite Pn; apply in_or_app; auto).
      apply in_app_or in J. destruct J as [J|J]; [now apply (prod_zero _ _ s)|].
      exfalso. exact (no_common_spec pos neg s C J Hs). }
    rewrite Zn, Zo. ring.
  - apply (prod_perm _ _ u) in Pn. apply (prod_perm _ _ u) in Pd.
    rewrite !prod_app in Pn, Pd. rewrite <- H in Pd.
    assert (Nc : prod c u <> 0).
    { assert (K : prod d u * prod pos u <> 0) by (apply nonzero_mul; auto using prod_nonzero).
      rewrite Pd in K. now apply nonzero_parts in K. }
    apply (cancel_left R (prod pos u * prod c u)); [now apply nonzero_mul|].
    transitivity ((prod n u * prod pos u) * (prod d' u * prod c u)); [ring|].
    rewrite Pn, <- Pd. ring.
Qed.

(** A link replaces one side of an equation by the other. *)
Lemma equation_step : forall n d n1 d1 n2 d2 left right u,
  cancel (n ++ conditions left) (d ++ numerators left) = (n1, d1) ->
  cancel (n1 ++ numerators right) (d1 ++ conditions right) = (n2, d2) ->
  defined (n, d) u -> defined (n1, d1) u -> defined (n2, d2) u ->
  (forall s, In s (conditions left ++ conditions right) -> p M s u <> 0) ->
  same_value (fraction_of left) (fraction_of right) u ->
  same_value (n, d) (n2, d2) u.
Proof.
  intros n d n1 d1 n2 d2 l r u E1 E2 D D1 D2 C H. unfold same_value, defined in *. simpl in *.
  assert (Cl : prod (conditions l) u <> 0) by (apply prod_nonzero; intros; apply C, in_or_app; auto).
  assert (Cr : prod (conditions r) u <> 0) by (apply prod_nonzero; intros; apply C, in_or_app; auto).
  apply cancel_spec in E1. destruct E1 as (c1 & Pn1 & Pd1).
  apply cancel_spec in E2. destruct E2 as (c2 & Pn2 & Pd2).
  assert (F1 : prod n u * prod (conditions l) u * prod d1 u =
               prod n1 u * (prod d u * prod (numerators l) u)).
  { assert (P : Permutation (n ++ conditions l ++ d1) (n1 ++ d ++ numerators l)).
    { rewrite app_assoc, Pn1, Pd1. rewrite <- app_assoc.
      apply Permutation_app_head, Permutation_app_comm. }
    apply (prod_perm _ _ u) in P. rewrite !prod_app in P.
    transitivity (prod n u * (prod (conditions l) u * prod d1 u)); [ring|]. exact P. }
  assert (F2 : prod n1 u * prod (numerators r) u * prod d2 u =
               prod n2 u * (prod d1 u * prod (conditions r) u)).
  { assert (P : Permutation (n1 ++ numerators r ++ d2) (n2 ++ d1 ++ conditions r)).
    { rewrite app_assoc, Pn2, Pd2. rewrite <- app_assoc.
      apply Permutation_app_head, Permutation_app_comm. }
    apply (prod_perm _ _ u) in P. rewrite !prod_app in P.
    transitivity (prod n1 u * (prod (numerators r) u * prod d2 u)); [ring|]. exact P. }
  apply (cancel_left R (prod (conditions l) u * prod d1 u * prod (conditions r) u)).
  { repeat apply nonzero_mul; auto. now apply prod_nonzero. }
  transitivity ((prod n u * prod (conditions l) u * prod d1 u) * prod (conditions r) u * prod d2 u);
    [ring|].
  rewrite F1.
  transitivity (prod n1 u * prod d u * prod d2 u * (prod (numerators l) u * prod (conditions r) u));
    [ring|].
  rewrite H.
  transitivity ((prod n1 u * prod (numerators r) u * prod d2 u) * prod d u * prod (conditions l) u);
    [ring|].
  rewrite F2. ring.
Qed.

(** * Summation *)

Definition without (i s : N) : N := minus s (set [i]).

Definition count (i : N) (l : list N) : nat := length (filter (mem i) l).

Lemma mem_single : forall i j, mem j (set [i]) = N.eqb i j.
Proof.
  intros. unfold set, mem. rewrite N.setbit_eqb, N.bits_0. now rewrite orb_false_r.
Qed.

Lemma p_update : forall i c s u, mem i s = false -> p M s (update u i c) = p M s u.
Proof.
  intros. apply p_point. intros j Hj. unfold update.
  destruct (N.eqb_spec j i); [subst; congruence|reflexivity].
Qed.

Lemma prod_update : forall i c l u, count i l = 0%nat -> prod l (update u i c) = prod l u.
Proof.
  intros i c l u. unfold prod, count. induction l as [|s l IH]; simpl; [reflexivity|].
  destruct (mem i s) eqn:E; simpl; [discriminate|]. intro H. now rewrite IH, p_update.
Qed.

Lemma p_without : forall i s u, mem i s = true ->
  p M (without i s) u = total (map (fun c => p M s (update u i c)) (alphabet M i)).
Proof.
  intros i s u H. unfold p. rewrite (pr_values M _ i). f_equal. apply map_ext. intro c.
  apply pr_ext. intro o. apply eq_true_iff_eq.
  rewrite andb_true_iff, same_spec, !agrees_spec. unfold update, without. split.
  - intros [A B] j Hj. destruct (N.eqb_spec j i) as [->|N]; [exact B|].
    apply A. rewrite mem_minus, mem_single, Hj, andb_true_l.
    apply negb_true_iff, N.eqb_neq. congruence.
  - intro A. split.
    + intros j Hj. rewrite mem_minus, mem_single in Hj. apply andb_prop in Hj.
      destruct Hj as [Hj F]. specialize (A j Hj). destruct (N.eqb_spec j i); [|exact A].
      subst. now rewrite N.eqb_refl in F.
    + specialize (A i H). now rewrite N.eqb_refl in A.
Qed.

Lemma total_scale : forall (l : list V) (f : V -> R) a,
  total (map f l) * a = total (map (fun c => f c * a) l).
Proof. intros. induction l; simpl; [ring|]. rewrite <- IHl. ring. Qed.

Lemma without_same : forall i s, mem i s = false -> without i s = s.
Proof.
  intros i s H. apply set_ext. intro j. unfold without. rewrite mem_minus, mem_single.
  destruct (N.eqb_spec i j); subst; rewrite ?H; simpl; auto using andb_true_r.
Qed.

Lemma without_none : forall i l, count i l = 0%nat -> map (without i) l = l.
Proof.
  intros i l. unfold count. induction l as [|s l IH]; simpl; [reflexivity|].
  destruct (mem i s) eqn:E; simpl; [discriminate|]. intro H. now rewrite IH, without_same.
Qed.

Lemma prod_sum : forall i l u, count i l = 1%nat ->
  prod (map (without i) l) u = total (map (fun c => prod l (update u i c)) (alphabet M i)).
Proof.
  intros i l u. induction l as [|s l IH]; [discriminate|]. unfold count. simpl.
  destruct (mem i s) eqn:E; simpl; intro H.
  - assert (C : count i l = 0%nat) by (unfold count; now injection H).
    rewrite (without_none i l C). unfold prod. simpl. fold (prod l u).
    rewrite (p_without i s u E), total_scale. f_equal. apply map_ext. intro c.
    change (product (map (fun s => p M s u) l)) with (prod l u).
    change (product (map (fun s => p M s (update u i c)) l)) with (prod l (update u i c)).
    now rewrite prod_update.
  - change (prod (without i s :: map (without i) l) u)
      with (p M (without i s) u * prod (map (without i) l) u).
    rewrite (IH H), (without_same i s E).
    transitivity (total (map (fun c => prod l (update u i c)) (alphabet M i)) * p M s u); [ring|].
    rewrite total_scale. f_equal. apply map_ext. intro c.
    change (prod (s :: l) (update u i c)) with (p M s (update u i c) * prod l (update u i c)).
    rewrite p_update by exact E. ring.
Qed.

(** Sums over variables, one after the other; each stands in one numerator of each side and in
    no condition. *)
Fixpoint summed (vs : list N) (left right conds : list N) : option (list N * list N) :=
  match vs with
  | nil => Some (left, right)
  | i :: r =>
      if Nat.eqb (count i left) 1 && Nat.eqb (count i right) 1 && Nat.eqb (count i conds) 0
      then summed r (map (without i) left) (map (without i) right) conds
      else None
  end.

Lemma count_app : forall i a b, count i (a ++ b) = (count i a + count i b)%nat.
Proof. intros. unfold count. now rewrite filter_app, app_length. Qed.

Lemma summed_spec : forall vs left right dl dr left' right',
  summed vs left right (dl ++ dr) = Some (left', right') ->
  forall u, valid M u -> (forall s, In s (dl ++ dr) -> p M s u <> 0) ->
  (forall v, valid M v -> (forall s, In s (dl ++ dr) -> p M s v <> 0) ->
     prod left v * prod dr v = prod right v * prod dl v) ->
  prod left' u * prod dr u = prod right' u * prod dl u.
Proof.
  induction vs as [|i vs IH]; simpl; intros left right dl dr left' right' H u Hu Hd E.
  - inversion H; subst. now apply E.
  - destruct (Nat.eqb_spec (count i left) 1) as [Cl|]; [|discriminate].
    destruct (Nat.eqb_spec (count i right) 1) as [Cr|]; [|discriminate].
    destruct (Nat.eqb_spec (count i (dl ++ dr)) 0) as [Cd|]; [|discriminate]. simpl in H.
    apply (IH _ _ _ _ _ _ H u Hu Hd). intros v Hv Hw.
    rewrite !(prod_sum i) by assumption.
    apply total_linear. intros c Hc.
    assert (C : count i dl = 0%nat /\ count i dr = 0%nat).
    { rewrite count_app in Cd. now apply Nat.eq_add_0 in Cd. }
    destruct C as [C1 C2].
    assert (K := E (update v i c)). rewrite (prod_update i c dl), (prod_update i c dr) in K by assumption. apply K.
    + intro j. unfold update. destruct (N.eqb_spec j i); [now subst|apply Hv].
    + intros s Hs. rewrite p_update; [now apply Hw|].
      destruct (mem i s) eqn:F; [|reflexivity]. exfalso.
      unfold count in Cd. apply length_zero_iff_nil in Cd.
      assert (G : In s (filter (mem i) (dl ++ dr))) by (now apply filter_In).
      now rewrite Cd in G.
Qed.

(** Factors whose event is empty are 1 where their condition is positive. *)
Definition drop (v : N) (l : list factor) : list factor :=
  filter (fun f => negb (N.eqb (fst f) 0)) (map (fun f => (minus (fst f) v, snd f)) l).

Definition dropped (v : N) (l : list factor) : list N :=
  conditions (filter (fun f => N.eqb (minus (fst f) v) 0) l).

Lemma drop_value : forall v l u,
  (forall s, In s (dropped v l) -> p M s u <> 0) ->
  exists k, k <> 0 /\
    prod (map (fun f => union (minus (fst f) v) (snd f)) l) u = prod (numerators (drop v l)) u * k /\
    prod (conditions l) u = prod (conditions (drop v l)) u * k.
Proof.
  intros v l u. induction l as [|[e g] l IH]; simpl; intro H.
  - exists 1. split; [apply one_neq_zero|]. split; cbn; ring.
  - destruct IH as (k & Hk & A & B).
    { intros s Hs. apply H. unfold dropped. simpl.
      destruct (N.eqb (minus e v) 0); simpl; auto. }
    change (prod (union (minus e v) g :: map (fun f => union (minus (fst f) v) (snd f)) l) u)
      with (p M (union (minus e v) g) u * prod (map (fun f => union (minus (fst f) v) (snd f)) l) u).
    change (prod (g :: conditions l) u) with (p M g u * prod (conditions l) u).
    rewrite A, B. unfold drop. simpl. fold (drop v l).
    destruct (N.eqb_spec (minus e v) 0) as [Z|Z]; simpl.
    + exists (p M g u * k). rewrite Z.
      replace (union 0 g) with g by (apply set_ext; intro; now rewrite mem_union, mem_none).
      split; [apply nonzero_mul; auto; apply H; unfold dropped; simpl; rewrite Z; simpl; auto|].
      split; ring.
    + exists k. split; [exact Hk|]. unfold prod. simpl. split; ring.
Qed.

End Products.
