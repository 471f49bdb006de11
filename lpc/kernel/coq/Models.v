(** Finite models with exact weights, and a decision for every statement.

    A model lists the alphabet of each variable and the possible outcomes, each a list of values
    (numbers that stand for values) with a positive weight. Weights are scalars that can be
    computed with, such as integers: what matters is their ratios. *)

Require Import List Bool PeanoNat NArith ZArith Lia Ring Permutation.
From LPC Require Import Scalars Spaces Independence Products Derivations.
Import ListNotations.

Definition numbers : domain := Domain N N.eqb N.eqb_eq.

(** Scalars with a test for zero and one for being positive. *)
Record decidable := Decidable {
  scalars :> scalar;
  is_zero : scalars -> bool;
  is_positive : scalars -> bool;
  is_zero_spec : forall a, is_zero a = true <-> a = zero;
  is_positive_spec : forall a, is_positive a = true -> nonneg a /\ a <> zero
}.
Arguments is_zero {_} _.
Arguments is_positive {_} _.

Definition decidable_integers : decidable.
Proof.
  refine (Decidable integers (fun a => Z.eqb a 0) (fun a => Z.ltb 0 a) _ _).
  - intro a. apply Z.eqb_eq.
  - intros a H. apply Z.ltb_lt in H. simpl. split; [now apply Z.lt_le_incl|].
    intro E. rewrite E in H. discriminate.
Defined.

Section Models.

Context {R : decidable}.
Local Open Scope scalar_scope.
Add Ring scalar_ring6 : (is_ring R).

(** A row (values, w) has probability w / unit. *)
Record model := Model { unit : R; alphabets : list (list N); rows : list (list N * R) }.

Definition value_of (l : list N) : @point numbers := fun i => nth (N.to_nat i) l 0%N.
Definition alphabet_of (m : model) : N -> list N := fun i => nth (N.to_nat i) (alphabets m) [0%N].
Definition weighted (m : model) : list (R * @point numbers) :=
  map (fun r => (snd r, value_of (fst r))) (rows m).

Fixpoint distinct (l : list N) : bool :=
  match l with nil => true | a :: r => negb (existsb (N.eqb a) r) && distinct r end.

Definition fits (alphs : list (list N)) (row : list N) : bool :=
  Nat.eqb (length row) (length alphs)
  && forallb (fun x => existsb (N.eqb (fst x)) (snd x)) (combine row alphs).

Definition well_formed (m : model) : bool :=
  forallb distinct (alphabets m)
  && forallb (fun r => is_positive (snd r) && fits (alphabets m) (fst r)) (rows m)
  && negb (Nat.eqb (length (rows m)) 0)
  && is_zero (total (map fst (weighted m)) - unit m).

Lemma distinct_spec : forall l, distinct l = true -> NoDup l.
Proof.
  induction l as [|a l IH]; simpl; intro H; constructor; apply andb_prop in H; destruct H as [A B].
  - intro I. apply negb_true_iff, not_true_iff_false in A. apply A, existsb_exists.
    exists a. split; [exact I|apply N.eqb_refl].
  - auto.
Qed.

Lemma fits_spec : forall alphs row i, fits alphs row = true ->
  In (nth i row 0%N) (nth i alphs [0%N]).
Proof.
  intros alphs row i H. apply andb_prop in H. destruct H as [L F]. apply Nat.eqb_eq in L.
  revert row i L F. induction alphs as [|a alphs IH]; intros [|r row] i L F; try discriminate.
  - destruct i; simpl; auto.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2]. destruct i; simpl.
    + apply existsb_exists in F1. destruct F1 as (c & Hc & E). apply N.eqb_eq in E. now subst.
    + apply IH; auto.
Qed.

Definition add_up (l : list (R * @point numbers)) (f : @event numbers) : R :=
  fold_right (fun r t => if f (snd r) then fst r + t else t) 0 l.

Lemma add_up_spec : forall l f, add_up l f = @weigh R numbers l f.
Proof.
  intros l f. unfold weigh. induction l as [|[w o] l IH]; simpl; [reflexivity|].
  rewrite IH. destruct (f o); ring.
Qed.

Section OneModel.

Variable m : model.
Hypothesis W : well_formed m = true.

Lemma row_facts : forall w o, In (w, o) (weighted m) -> (nonneg w /\ w <> 0) /\ forall i, In (o i) (alphabet_of m i).
Proof.
  intros w o H. apply in_map_iff in H. destruct H as ([l w'] & E & H). inversion E; subst.
  unfold well_formed in W. apply andb_prop in W. destruct W as [W0 _].
  apply andb_prop in W0. destruct W0 as [W1 _]. apply andb_prop in W1. destruct W1 as [_ W2]. rewrite forallb_forall in W2.
  specialize (W2 _ H). simpl in W2. apply andb_prop in W2. destruct W2 as [P F].
  apply is_positive_spec in P. split; [exact P|]. intro i. now apply fits_spec.
Qed.

Lemma alphabet_distinct : forall i, NoDup (alphabet_of m i).
Proof.
  intro i. unfold alphabet_of. unfold well_formed in W. apply andb_prop in W. destruct W as [W0 _].
  apply andb_prop in W0. destruct W0 as [W1 _]. apply andb_prop in W1. destruct W1 as [D _]. rewrite forallb_forall in D.
  destruct (nth_in_or_default (N.to_nat i) (alphabets m) [0%N]) as [H|H].
  - now apply distinct_spec, D.
  - rewrite H. constructor; [easy|constructor].
Qed.

Lemma total_nonzero : total (map fst (weighted m)) <> 0.
Proof.
  assert (A : forall l, (forall w o, In (w, o) l -> nonneg w) ->
    nonneg (total (map (@fst R (@point numbers)) l))).
  { induction l as [|[w o] l IH]; simpl; intro H; [apply nonneg_zero|].
    apply nonneg_add; [apply (H w o); auto|]. apply IH. intros w' o' H'. apply (H w' o'). auto. }
  assert (F := row_facts).
  assert (N : weighted m <> nil).
  { unfold well_formed in W. apply andb_prop in W. destruct W as [W' _].
    apply andb_prop in W'. destruct W' as [_ L]. unfold weighted. now destruct (rows m). }
  destruct (weighted m) as [|[w o] l]; [easy|]. simpl. intro E.
  destruct (F w o) as [[P Q] _]; [now left|]. apply Q. apply (sum_zero R w) in E; auto.
  apply A. intros w' o' H'. now apply (F w' o'); right.
Qed.

Lemma total_unit : total (map fst (weighted m)) = unit m.
Proof.
  unfold well_formed in W. apply andb_prop in W. destruct W as [_ U].
  apply is_zero_spec in U.
  transitivity ((total (map fst (weighted m)) - unit m) + unit m); [ring|]. rewrite U. ring.
Qed.

Definition model_space : space R numbers :=
  @Space R numbers (weighted m) (alphabet_of m)
    (fun w o H => proj1 (proj1 (row_facts w o H))) total_nonzero
    (fun w o i H => proj2 (row_facts w o H) i) alphabet_distinct.

Local Notation M := model_space.

Lemma pr_is : forall f, pr M f = add_up (weighted m) f.
Proof. intro f. rewrite add_up_spec. reflexivity. Qed.

(** * Points to look at *)

(** One outcome for each joint value of s that occurs. *)
Fixpoint representatives_on (vars : list N) (l : list (R * @point numbers))
  : list (@point numbers) :=
  match l with
  | nil => nil
  | r :: q =>
      let found := representatives_on vars q in
      let seen := agrees_on vars (snd r) in
      if existsb seen found then found else snd r :: found
  end.

Definition representatives (s : N) := representatives_on (elements s).

Lemma representatives_spec : forall s l w o, In (w, o) l ->
  exists a, In a (representatives s l) /\ forall i, mem i s = true -> a i = o i.
Proof.
  intros s l. unfold representatives. induction l as [|[w' o'] l IH]; [easy|].
  intros w o [H|H]; simpl.
  - inversion H; subst.
    destruct (existsb (agrees_on (elements s) o) (representatives_on (elements s) l)) eqn:E.
    + apply existsb_exists in E. destruct E as (a & Ha & E). exists a. split; [exact Ha|].
      change (agrees s o a = true) in E. intros i Hi. rewrite agrees_spec in E. symmetry. now apply E.
    + exists o. split; [now left|reflexivity].
  - destruct (IH w o H) as (a & Ha & E). exists a. split; [|exact E].
    destruct (existsb (agrees_on (elements s) o') (representatives_on (elements s) l));
      [exact Ha|now right].
Qed.

Lemma occurs : forall l f, add_up l f <> 0 -> exists w o, In (w, o) l /\ f o = true.
Proof.
  induction l as [|[w o] l IH]; simpl; intros f H; [easy|].
  destruct (f o) eqn:E; [exists w, o; auto|].
  destruct (IH f H) as (w' & o' & K & F). exists w', o'. auto.
Qed.

Fixpoint points (l : list N) (start : @point numbers) : list (@point numbers) :=
  match l with
  | nil => [start]
  | i :: r => flat_map (fun u => map (@update numbers u i) (alphabet_of m i)) (points r start)
  end.

Lemma points_valid : forall l start, valid M start -> forall u, In u (points l start) -> valid M u.
Proof.
  induction l as [|i l IH]; simpl; intros start S u H.
  - destruct H as [<-|[]]. exact S.
  - apply in_flat_map in H. destruct H as (v & Hv & H). apply in_map_iff in H.
    destruct H as (c & <- & Hc). specialize (IH start S v Hv). intro j. unfold update.
    destruct (N.eqb_spec j i); [now subst|apply IH].
Qed.

Lemma points_spec : forall l start v, valid M v ->
  exists u, In u (points l start) /\ forall i, In i l -> u i = v i.
Proof.
  induction l as [|i l IH]; simpl; intros start v Hv.
  - exists start. split; [now left|easy].
  - destruct (IH start v Hv) as (u & Hu & E). exists (update u i (v i)). split.
    + apply in_flat_map. exists u. split; [exact Hu|]. apply in_map, Hv.
    + intros j Hj. unfold update. destruct (N.eqb_spec j i) as [->|N]; [reflexivity|].
      destruct Hj as [->|Hj]; [contradiction|auto].
Qed.

Definition first : @point numbers :=
  match weighted m with nil => fun _ => 0%N | r :: _ => snd r end.

Lemma first_valid : valid M first.
Proof.
  assert (F := row_facts). unfold first.
  destruct (nonempty M) as (w & o & H). simpl in H.
  intro i. simpl. destruct (weighted m) as [|[w' o'] l]; [easy|]. simpl.
  apply (F w' o'). now left.
Qed.

(** * Deciding *)

Lemma equal_spec : forall a b : R, is_zero (a - b) = true <-> a = b.
Proof.
  intros a b. rewrite is_zero_spec. split; intro H.
  - transitivity ((a - b) + b); [ring|]. rewrite H. ring.
  - rewrite H. ring.
Qed.

Definition decide_independence (x y z : N) : bool :=
  forallb (fun a =>
      let here := filter (fun r => agrees z a (snd r)) (weighted m) in
      let pz := add_up here (fun _ => true) in
      let px := add_up here (agrees x a) in
      forallb (fun b =>
          is_zero (add_up here (fun o => agrees x a o && agrees y b o) * pz
                   - px * add_up here (agrees y b)))
        (representatives y here))
    (representatives (union x z) (weighted m)).

(** The same, with the elements of each set listed once. *)
Definition decide_independence_fast (x y z : N) : bool :=
  let ex := elements x in
  let ey := elements y in
  let ez := elements z in
  forallb (fun a =>
      let here := filter (fun r => agrees_on ez a (snd r)) (weighted m) in
      let pz := add_up here (fun _ => true) in
      let px := add_up here (agrees_on ex a) in
      forallb (fun b =>
          is_zero (add_up here (fun o => agrees_on ex a o && agrees_on ey b o) * pz
                   - px * add_up here (agrees_on ey b)))
        (representatives_on ey here))
    (representatives_on (elements (union x z)) (weighted m)).

Lemma decide_independence_same : forall x y z,
  decide_independence_fast x y z = decide_independence x y z.
Proof. reflexivity. Qed.

Lemma add_up_filter : forall l h f,
  add_up (filter (fun r => h (snd r)) l) f = add_up l (fun o => f o && h o).
Proof.
  intros l h f. induction l as [|[w o] l IH]; simpl; [reflexivity|].
  destruct (h o) eqn:E; simpl; rewrite IH; destruct (f o); reflexivity.
Qed.

Lemma decide_independence_spec : forall x y z,
  decide_independence x y z = true <-> independent M x y z.
Proof.
  intros x y z. unfold decide_independence.
  assert (Here : forall a f, add_up (filter (fun r => agrees z a (snd r)) (weighted m)) f =
    pr M (fun o => f o && agrees z a o)).
  { intros a f. now rewrite add_up_filter, pr_is. }
  split.
  - intros H u v t.
    destruct (zero_or_not R (pr M (fun o => agrees x u o && agrees z t o))) as [Zx|Zx].
    { rewrite Zx. rewrite (pr_zero M _ (fun o => agrees x u o && agrees z t o)) with (2 := Zx).
      - ring.
      - intros o G. apply andb_prop in G. destruct G as [G G2]. apply andb_prop in G.
        now rewrite (proj1 G), G2. }
    destruct (zero_or_not R (pr M (fun o => agrees y v o && agrees z t o))) as [Zy|Zy].
    { rewrite Zy. rewrite (pr_zero M _ (fun o => agrees y v o && agrees z t o)) with (2 := Zy).
      - ring.
      - intros o G. apply andb_prop in G. destruct G as [G G2]. apply andb_prop in G.
        now rewrite (proj2 G), G2. }
    rewrite pr_is in Zx, Zy. apply occurs in Zx. apply occurs in Zy.
    destruct Zx as (w & o & Ho & Eo). destruct Zy as (w' & o' & Ho' & Eo').
    apply andb_prop in Eo. destruct Eo as [Eox Eoz]. apply andb_prop in Eo'. destruct Eo' as [Eoy Eoz'].
    rewrite agrees_spec in Eox, Eoz, Eoy, Eoz'.
    destruct (representatives_spec (union x z) _ _ _ Ho) as (a & Ha & Ea).
    rewrite forallb_forall in H. specialize (H a Ha).
    assert (Eaz : forall i, mem i z = true -> t i = a i).
    { intros i Hi. rewrite Eoz by exact Hi. symmetry. apply Ea. rewrite mem_union, Hi. apply orb_true_r. }
    assert (Eax : forall i, mem i x = true -> u i = a i).
    { intros i Hi. rewrite Eox by exact Hi. symmetry. apply Ea. now rewrite mem_union, Hi. }
    assert (Hin : In (w', o') (filter (fun r => agrees z a (snd r)) (weighted m))).
    { apply filter_In. split; [exact Ho'|]. apply agrees_spec. intros i Hi. simpl.
      rewrite <- Eaz by exact Hi. auto. }
    destruct (representatives_spec y _ _ _ Hin) as (b & Hb & Eb).
    simpl in H. rewrite forallb_forall in H. specialize (H b Hb). apply equal_spec in H.
    rewrite !Here in H.
    assert (Eby : forall i, mem i y = true -> v i = b i).
    { intros i Hi. rewrite Eoy by exact Hi. symmetry. now apply Eb. }
    rewrite (pr_ext M (fun o => agrees x u o && agrees y v o && agrees z t o)
      (fun o => agrees x a o && agrees y b o && agrees z a o)).
    2:{ intro q. now rewrite (agrees_point x u a q Eax), (agrees_point y v b q Eby),
          (agrees_point z t a q Eaz). }
    rewrite (pr_ext M (agrees z t) (fun o => true && agrees z a o)).
    2:{ intro q. simpl. now rewrite (agrees_point z t a q Eaz). }
    rewrite (pr_ext M (fun o => agrees x u o && agrees z t o)
      (fun o => agrees x a o && agrees z a o)).
    2:{ intro q. now rewrite (agrees_point x u a q Eax), (agrees_point z t a q Eaz). }
    rewrite (pr_ext M (fun o => agrees y v o && agrees z t o)
      (fun o => agrees y b o && agrees z a o)).
    2:{ intro q. now rewrite (agrees_point y v b q Eby), (agrees_point z t a q Eaz). }
    exact H.
  - intro H. apply forallb_forall. intros a _. apply forallb_forall. intros b _.
    apply equal_spec. rewrite !Here. specialize (H a b a).
    rewrite (pr_ext M (agrees z a) (fun o => true && agrees z a o)) in H by reflexivity. exact H.
Qed.

Definition weight_at (s : N) (u : @point numbers) : R :=
  let vars := elements s in add_up (weighted m) (agrees_on vars u).

Definition times (l : list N) (u : @point numbers) : R :=
  fold_right (fun s t => if is_zero t then 0 else weight_at s u * t) 1 l.

Lemma times_spec : forall l u, times l u = prod M l u.
Proof.
  intros l u. induction l as [|s l IH]; [reflexivity|].
  change (prod M (s :: l) u) with (p M s u * prod M l u).
  rewrite <- IH. simpl. destruct (is_zero (times l u)) eqn:E.
  - apply is_zero_spec in E. rewrite E. ring.
  - unfold weight_at, p. now rewrite pr_is.
Qed.

Definition union_all (l : list N) : N := fold_right union 0%N l.

Lemma union_all_spec : forall l s, In s l -> subset s (union_all l) = true.
Proof.
  intros l s H. apply subset_spec. intros i Hi. induction l as [|t l IH]; [easy|].
  simpl. rewrite mem_union. destruct H as [->|H]; [now rewrite Hi|].
  rewrite (IH H). apply orb_true_r.
Qed.

Definition decide_equation (l r : list factor) : bool :=
  let conds := conditions l ++ conditions r in
  let all := union_all (numerators l ++ numerators r ++ conds) in
  let top := numerators l ++ conditions r in
  let bottom := numerators r ++ conditions l in
  forallb (fun u =>
      existsb (fun s => is_zero (weight_at s u)) conds || is_zero (times top u - times bottom u))
    (points (elements all) first).

Lemma decide_equation_spec : forall l r, decide_equation l r = true <-> equation M l r.
Proof.
  intros l r. unfold decide_equation.
  set (conds := conditions l ++ conditions r).
  set (all := union_all (numerators l ++ numerators r ++ conds)).
  assert (At : forall u, (existsb (fun s => is_zero (weight_at s u)) conds
      || is_zero (times (numerators l ++ conditions r) u - times (numerators r ++ conditions l) u))
      = true <-> ((forall s, In s conds -> p M s u <> 0) ->
        prod M (numerators l) u * prod M (conditions r) u =
        prod M (numerators r) u * prod M (conditions l) u)).
  { intro u. rewrite orb_true_iff, equal_spec, !times_spec, !prod_app. split.
    - intros [H|H] C; [|exact H]. apply existsb_exists in H. destruct H as (s & Hs & E).
      apply is_zero_spec in E. exfalso. apply (C s Hs). unfold p. now rewrite pr_is.
    - intro H. destruct (existsb (fun s => is_zero (weight_at s u)) conds) eqn:E; [now left|right].
      apply H. intros s Hs Z0. apply not_true_iff_false in E. apply E, existsb_exists.
      exists s. split; [exact Hs|]. apply is_zero_spec. unfold weight_at. now rewrite <- pr_is. }
  rewrite forallb_forall. split.
  - intros H u Hu C. destruct (points_spec (elements all) first u Hu) as (v & Hv & E).
    assert (Same : forall s, subset s all = true -> p M s u = p M s v).
    { intros s Hs. apply p_point. intros i Hi. symmetry. apply E, elements_spec.
      rewrite subset_spec in Hs. now apply Hs. }
    assert (Sub : forall s, In s (numerators l ++ numerators r ++ conds) -> p M s u = p M s v).
    { intros s Hs. apply Same. now apply union_all_spec. }
    assert (Pl : forall q, (forall s, In s q -> In s (numerators l ++ numerators r ++ conds)) ->
      prod M q u = prod M q v).
    { induction q as [|s q IH]; intro I; [reflexivity|].
      change (p M s u * prod M q u = p M s v * prod M q v). rewrite (Sub s) by (apply I; now left). rewrite IH; [reflexivity|].
      intros. apply I. now right. }
    specialize (H v Hv). rewrite At in H.
    rewrite !Pl; [apply H| | | |].
    + intros s Hs. rewrite <- Sub; [now apply C|]. apply in_or_app. right. apply in_or_app. now right.
    + intros s Hs. unfold conds. rewrite !in_app_iff. auto.
    + intros s Hs. unfold conds. rewrite !in_app_iff. auto.
    + intros s Hs. unfold conds. rewrite !in_app_iff. auto.
    + intros s Hs. unfold conds. rewrite !in_app_iff. auto.
  - intros H u Hu. apply At. intro C. apply H; [|exact C].
    exact (points_valid _ _ first_valid u Hu).
Qed.

Definition decide_positive (s : N) : bool :=
  forallb (fun u => negb (is_zero (weight_at s u))) (points (elements s) first).

Lemma decide_positive_spec : forall s, decide_positive s = true <-> positive M s.
Proof.
  intros s. unfold decide_positive. rewrite forallb_forall. split.
  - intros H u Hu. destruct (points_spec (elements s) first u Hu) as (v & Hv & E).
    rewrite (p_point M s u v).
    + specialize (H v Hv). apply negb_true_iff, not_true_iff_false in H.
      unfold p. rewrite pr_is. now rewrite is_zero_spec in H.
    + intros i Hi. symmetry. now apply E, elements_spec.
  - intros H u Hu. apply negb_true_iff, not_true_iff_false. rewrite is_zero_spec.
    specialize (H u (points_valid _ _ first_valid u Hu)). unfold p in H. now rewrite pr_is in H.
Qed.

Definition decide (s : statement) : bool :=
  match s with
  | Independent x y z => decide_independence_fast x y z
  | Equation l r => decide_equation l r
  | Positive s => decide_positive s
  end.

Theorem decide_spec : forall s, decide s = true <-> holds M s.
Proof.
  intros [x y z|l r|s]; simpl; rewrite ?decide_independence_same;
    auto using decide_independence_spec, decide_equation_spec, decide_positive_spec.
Qed.

End OneModel.

End Models.

Arguments model _ : clear implicits.
