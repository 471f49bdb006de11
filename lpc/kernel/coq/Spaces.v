(** Finite probability spaces with numbered variables.

    A set of variables is a binary number: variable i belongs to s when bit i of s is 1. A space
    lists outcomes with weights that are not negative and not all zero; an outcome gives a value
    to every variable. The weights need not add up to one: all statements are about ratios. *)

Require Import List Bool NArith ZArith Lia Ring Permutation.
From LPC Require Import Scalars.
Import ListNotations.

(** * Sets of variables *)

Definition mem (i s : N) : bool := N.testbit s i.
Definition union : N -> N -> N := N.lor.
Definition minus : N -> N -> N := N.ldiff.
Definition common : N -> N -> N := N.land.
Definition subset (s t : N) : bool := N.eqb (minus s t) 0.
Definition disjoint (s t : N) : bool := N.eqb (common s t) 0.

Fixpoint set (l : list N) : N :=
  match l with nil => 0%N | i :: r => N.setbit (set r) i end.

Definition elements (s : N) : list N :=
  filter (N.testbit s) (map N.of_nat (seq 0 (S (N.to_nat (N.log2 s))))).

Lemma mem_union : forall i s t, mem i (union s t) = mem i s || mem i t.
Proof. intros. apply N.lor_spec. Qed.

Lemma mem_minus : forall i s t, mem i (minus s t) = mem i s && negb (mem i t).
Proof. intros. apply N.ldiff_spec. Qed.

Lemma mem_common : forall i s t, mem i (common s t) = mem i s && mem i t.
Proof. intros. apply N.land_spec. Qed.

Lemma mem_none : forall i, mem i 0 = false.
Proof. intros. apply N.bits_0. Qed.

Lemma set_ext : forall s t, (forall i, mem i s = mem i t) -> s = t.
Proof. intros s t H. apply N.bits_inj. exact H. Qed.

Lemma subset_spec : forall s t, subset s t = true <-> (forall i, mem i s = true -> mem i t = true).
Proof.
  intros s t. unfold subset. rewrite N.eqb_eq. split.
  - intros H i Hi. assert (E := mem_minus i s t). rewrite H, mem_none, Hi in E.
    simpl in E. now destruct (mem i t).
  - intros H. apply set_ext. intro i. rewrite mem_minus, mem_none.
    destruct (mem i s) eqn:E; [|reflexivity]. now rewrite (H i E).
Qed.

Lemma disjoint_spec : forall s t i, disjoint s t = true -> mem i s = true -> mem i t = false.
Proof.
  intros s t i. unfold disjoint. rewrite N.eqb_eq. intros H Hi.
  assert (E := mem_common i s t). rewrite H, mem_none, Hi in E. now destruct (mem i t).
Qed.

(** Decides an equation between sets written with union, minus and common. *)
Ltac sets := apply set_ext; let i := fresh in intro i;
  rewrite ?mem_union, ?mem_minus, ?mem_common, ?mem_union;
  repeat match goal with |- context [mem i ?s] => destruct (mem i s) end; reflexivity.

Lemma disjoint_union : forall s t r,
  disjoint s t = true -> disjoint s r = true -> disjoint s (union t r) = true.
Proof.
  intros s t r H K. unfold disjoint. apply N.eqb_eq, set_ext. intro i.
  rewrite mem_common, mem_union, mem_none. destruct (mem i s) eqn:E; [|reflexivity].
  now rewrite (disjoint_spec s t i H E), (disjoint_spec s r i K E).
Qed.

Lemma disjoint_sym : forall s t, disjoint s t = true -> disjoint t s = true.
Proof. intros s t. unfold disjoint, common. now rewrite N.land_comm. Qed.

Lemma elements_spec : forall s i, In i (elements s) <-> mem i s = true.
Proof.
  intros s i. unfold elements. rewrite filter_In. split; [tauto|].
  intro H. split; [|exact H]. apply in_map_iff. exists (N.to_nat i).
  split; [apply N2Nat.id|]. apply in_seq. unfold mem in H.
  destruct (N.le_gt_cases i (N.log2 s)) as [L|L]; [lia|].
  now rewrite N.bits_above_log2 in H.
Qed.

Lemma elements_nodup : forall s, NoDup (elements s).
Proof.
  intro s. apply NoDup_filter. apply FinFun.Injective_map_NoDup.
  - intros a b H. lia.
  - apply seq_NoDup.
Qed.

(** * Values *)

Record domain := Domain {
  value :> Type;
  same : value -> value -> bool;
  same_spec : forall a b, same a b = true <-> a = b
}.
Arguments same {_} _ _.

(** * Spaces *)

Record space (R : scalar) (V : domain) := Space {
  outcomes : list (R * (N -> V));
  alphabet : N -> list V;
  weights_nonneg : forall w o, In (w, o) outcomes -> nonneg w;
  weight_nonzero : total (map fst outcomes) <> zero;
  alphabet_complete : forall w o i, In (w, o) outcomes -> In (o i) (alphabet i);
  alphabet_nodup : forall i, NoDup (alphabet i)
}.
Arguments outcomes {_ _} _.
Arguments alphabet {_ _} _.

Section Probability.

Context {R : scalar} {V : domain}.
Local Open Scope scalar_scope.
Add Ring scalar_ring2 : (is_ring R).

Definition point := N -> V.
Definition event := point -> bool.

Definition agrees_on (l : list N) (u o : point) : bool := forallb (fun i => same (u i) (o i)) l.
Definition agrees (s : N) (u o : point) : bool := agrees_on (elements s) u o.

Definition weigh (l : list (R * point)) (f : event) : R :=
  total (map (fun wo => if f (snd wo) then fst wo else 0) l).

Variable M : space R V.

(** The probability, up to normalisation, of an event, and of variables taking values. *)
Definition pr (f : event) : R := weigh (outcomes M) f.
Definition p (s : N) (u : point) : R := pr (agrees s u).

(** A point takes a value from the alphabet of every variable. *)
Definition valid (u : point) : Prop := forall i, In (u i) (alphabet M i).

Definition update (u : point) (i : N) (c : V) : point := fun j => if N.eqb j i then c else u j.
Definition merge (s : N) (u v : point) : point := fun i => if mem i s then u i else v i.

Lemma agrees_spec : forall s u o,
  agrees s u o = true <-> (forall i, mem i s = true -> u i = o i).
Proof.
  intros. unfold agrees, agrees_on. rewrite forallb_forall. split; intros H i Hi.
  - apply same_spec, H, elements_spec, Hi.
  - apply same_spec, H, elements_spec, Hi.
Qed.

Lemma agrees_union : forall s t u o, agrees (union s t) u o = agrees s u o && agrees t u o.
Proof.
  intros. apply eq_true_iff_eq. rewrite andb_true_iff, !agrees_spec. split.
  - intro H. split; intros i Hi; apply H; rewrite mem_union, Hi; auto using orb_true_r.
  - intros [H1 H2] i Hi. rewrite mem_union in Hi. apply orb_prop in Hi. destruct Hi; auto.
Qed.

Lemma agrees_none : forall u o, agrees 0 u o = true.
Proof. intros. apply agrees_spec. intros i H. now rewrite mem_none in H. Qed.

Lemma agrees_subset : forall s t u o, subset s t = true -> agrees t u o = true -> agrees s u o = true.
Proof.
  intros s t u o H. rewrite !agrees_spec. rewrite subset_spec in H. auto.
Qed.

Lemma agrees_point : forall s u v o,
  (forall i, mem i s = true -> u i = v i) -> agrees s u o = agrees s v o.
Proof.
  intros s u v o H. apply eq_true_iff_eq. rewrite !agrees_spec.
  split; intros K i Hi; [rewrite <- H|rewrite H]; auto.
Qed.

Lemma weigh_ext : forall l f g, (forall o, f o = g o) -> weigh l f = weigh l g.
Proof.
  intros l f g H. unfold weigh. f_equal. apply map_ext. intro. now rewrite H.
Qed.

Lemma pr_ext : forall f g, (forall o, f o = g o) -> pr f = pr g.
Proof. intros. now apply weigh_ext. Qed.

Lemma weigh_split : forall l f h,
  weigh l f = weigh l (fun o => f o && h o) + weigh l (fun o => f o && negb (h o)).
Proof.
  intros l f h. unfold weigh. induction l as [|[w o] l IH]; simpl; [ring|].
  rewrite IH. destruct (f o), (h o); simpl; ring.
Qed.

Lemma pr_split : forall f h, pr f = pr (fun o => f o && h o) + pr (fun o => f o && negb (h o)).
Proof. intros. apply weigh_split. Qed.

Lemma pr_nonneg : forall f, nonneg (pr f).
Proof.
  intro f. unfold pr, weigh. assert (H := weights_nonneg R V M).
  induction (outcomes M) as [|[w o] l IH]; simpl; [apply nonneg_zero|].
  apply nonneg_add.
  - destruct (f o); [apply (H w o); now left|apply nonneg_zero].
  - apply IH. intros w' o' Hin. apply (H w' o'). now right.
Qed.

Lemma pr_false : forall f, (forall o, f o = false) -> pr f = 0.
Proof.
  intros f H. unfold pr, weigh. induction (outcomes M) as [|[w o] l IH]; simpl; [reflexivity|].
  rewrite H, IH. ring.
Qed.

Lemma pr_zero : forall f g, (forall o, f o = true -> g o = true) -> pr g = 0 -> pr f = 0.
Proof.
  intros f g H Hg. rewrite (pr_split g f) in Hg.
  apply sum_zero in Hg; auto using pr_nonneg. rewrite <- Hg. apply pr_ext.
  intro o. destruct (f o) eqn:E; [now rewrite H|now rewrite andb_false_r].
Qed.

Lemma pr_nonzero : forall f g, (forall o, f o = true -> g o = true) -> pr f <> 0 -> pr g <> 0.
Proof. intros f g H Hf Hg. apply Hf. now apply (pr_zero f g). Qed.

(** Equal probabilities of an event and a part of it stay equal under a further condition. *)
Lemma pr_almost : forall f g h, (forall o, f o = true -> g o = true) -> pr f = pr g ->
  pr (fun o => f o && h o) = pr (fun o => g o && h o).
Proof.
  intros f g h H E.
  assert (Z : pr (fun o => g o && negb (f o)) = 0).
  { assert (S := pr_split g f). rewrite (pr_ext (fun o => g o && f o) f) in S.
    - rewrite E in S. apply (cancel_left R 1); [apply one_neq_zero|].
      transitivity (pr g + pr (fun o => g o && negb (f o)) - pr g); [ring|]. rewrite <- S. ring.
    - intro o. destruct (f o) eqn:F; [now rewrite H|now rewrite andb_false_r]. }
  rewrite (pr_split (fun o => g o && h o) f).
  rewrite (pr_zero (fun o => g o && h o && negb (f o)) (fun o => g o && negb (f o))); [| |exact Z].
  - rewrite (pr_ext (fun o => g o && h o && f o) (fun o => f o && h o)); [ring|].
    intro o. destruct (f o) eqn:F, (h o), (g o) eqn:G; auto. rewrite H in G; auto.
  - intro o. destruct (f o), (h o), (g o); auto.
Qed.

Lemma nonempty : exists w o, In (w, o) (outcomes M).
Proof.
  destruct (outcomes M) as [|[w o] l] eqn:E.
  - exfalso. apply (weight_nonzero R V M). rewrite E. reflexivity.
  - exists w, o. now left.
Qed.

Lemma some_valid : exists u, valid u.
Proof.
  destruct nonempty as (w & o & H). exists o. intro i. exact (alphabet_complete R V M w o i H).
Qed.

Lemma p_none : forall u, p 0 u <> 0.
Proof.
  intros u H. apply (weight_nonzero R V M). rewrite <- H. unfold p, pr, weigh.
  apply (f_equal total). apply map_ext. intros [w o]. now rewrite agrees_none.
Qed.

Lemma p_subset : forall s t u, subset s t = true -> p t u <> 0 -> p s u <> 0.
Proof. intros s t u H. apply pr_nonzero. intro o. now apply agrees_subset. Qed.

Lemma p_point : forall s u v, (forall i, mem i s = true -> u i = v i) -> p s u = p s v.
Proof. intros. apply pr_ext. intro o. now apply agrees_point. Qed.

Lemma p_invalid : forall s u i, mem i s = true -> ~ In (u i) (alphabet M i) -> p s u = 0.
Proof.
  intros s u i Hi H. unfold p, pr, weigh. assert (K := alphabet_complete R V M).
  induction (outcomes M) as [|[w o] l IH]; simpl; [reflexivity|].
  rewrite IH; [|intros; apply (K w0); now right].
  destruct (agrees s u o) eqn:E; [|ring].
  exfalso. apply H. rewrite agrees_spec in E. rewrite (E i Hi). apply (K w). now left.
Qed.

(** Either some value lies outside its alphabet, or the point can be completed to a valid one. *)
Lemma completed : forall s (u : point),
  (exists i, mem i s = true /\ ~ In (u i) (alphabet M i)) \/
  (exists v, valid v /\ forall i, mem i s = true -> u i = v i).
Proof.
  intros s u. destruct some_valid as [d Hd].
  assert (L : (exists i, In i (elements s) /\ ~ In (u i) (alphabet M i)) \/
              forall i, In i (elements s) -> In (u i) (alphabet M i)).
  { induction (elements s) as [|i l IH]; [now right|].
    destruct (existsb (same (u i)) (alphabet M i)) eqn:E.
    - apply existsb_exists in E. destruct E as (c & Hc & E). apply same_spec in E. subst.
      destruct IH as [(j & Hj & N)|IH]; [left; exists j; simpl; auto|].
      right. intros j [<-|Hj]; auto.
    - left. exists i. split; [now left|]. intro Hin.
      apply not_true_iff_false in E. apply E, existsb_exists. exists (u i).
      split; [exact Hin|]. now apply same_spec. }
  destruct L as [(i & Hi & N)|L].
  - left. exists i. rewrite <- elements_spec. auto.
  - right. exists (merge s u d). split; intro i; unfold merge.
    + destruct (mem i s) eqn:E; [apply L; now apply elements_spec|apply Hd].
    + intros Hi. now rewrite Hi.
Qed.

(** Total probability over the alphabet of one variable. *)
Lemma pr_values : forall f i,
  pr f = total (map (fun c => pr (fun o => f o && same c (o i))) (alphabet M i)).
Proof.
  intros f i. unfold pr, weigh. assert (K := alphabet_complete R V M).
  assert (D := alphabet_nodup R V M i).
  induction (outcomes M) as [|[w o] l IH]; simpl.
  - induction (alphabet M i); simpl; [reflexivity|]. inversion D; subst. rewrite <- IHl; [ring|auto].
  - rewrite IH; [|intros; apply (K w0); now right]. clear IH.
    assert (Hin : In (o i) (alphabet M i)) by (apply (K w); now left).
    assert (E : (if f o then w else 0) =
      total (map (fun c => if f o && same c (o i) then w else 0) (alphabet M i))).
    { clear K. induction (alphabet M i) as [|c r IHr]; [easy|]. simpl. inversion D; subst.
      destruct Hin as [->|Hin].
      - rewrite (proj2 (same_spec V _ _) eq_refl), andb_true_r.
        assert (Z : total (map (fun c => if f o && same c (o i) then w else 0) r) = 0).
        { clear IHr D H2. induction r as [|c r IHr]; simpl; [reflexivity|].
          rewrite IHr by (intro; apply H1; now right).
          destruct (same c (o i)) eqn:F; rewrite ?andb_false_r; [|ring].
          apply same_spec in F. exfalso. apply H1. now left. }
        rewrite Z. ring.
      - rewrite <- IHr by assumption. destruct (same c (o i)) eqn:F; rewrite ?andb_false_r; [|ring].
        apply same_spec in F. subst. contradiction. }
    rewrite E. clear. induction (alphabet M i) as [|c r IHr]; simpl; [ring|].
    rewrite <- IHr. ring.
Qed.

Lemma total_linear : forall (l : list V) (f g : V -> R) a b,
  (forall c, In c l -> f c * a = g c * b) -> total (map f l) * a = total (map g l) * b.
Proof.
  intros l f g a b H. induction l as [|c l IH]; simpl; [ring|].
  transitivity (f c * a + total (map f l) * a); [ring|].
  rewrite H by now left. rewrite IH by (intros; apply H; now right). ring.
Qed.

(** What holds at every value of some variables holds when they are summed over. *)
Lemma sum_out : forall l f g a b, NoDup l ->
  (forall v, valid v ->
     pr (fun o => f o && agrees_on l v o) * a = pr (fun o => g o && agrees_on l v o) * b) ->
  pr f * a = pr g * b.
Proof.
  induction l as [|i l IH]; intros f g a b D H.
  - destruct some_valid as [v Hv]. specialize (H v Hv). simpl in H.
    rewrite (pr_ext (fun o => f o && true) f) in H by (intro; apply andb_true_r).
    rewrite (pr_ext (fun o => g o && true) g) in H by (intro; apply andb_true_r). exact H.
  - inversion D; subst. rewrite (pr_values f i), (pr_values g i).
    apply total_linear. intros c Hc. apply IH; [assumption|]. intros v Hv.
    assert (Hu : valid (update v i c)).
    { intro j. unfold update. destruct (N.eqb_spec j i); [now subst|apply Hv]. }
    specialize (H _ Hu).
    assert (E : forall h, pr (fun o => h o && same c (o i) && agrees_on l v o) =
      pr (fun o => h o && agrees_on (i :: l) (update v i c) o)).
    { intro h. apply pr_ext. intro o. simpl. unfold update at 1. rewrite N.eqb_refl.
      rewrite <- andb_assoc. do 2 f_equal. unfold agrees_on. apply eq_true_iff_eq.
      rewrite !forallb_forall. split; intros K j Hj; specialize (K j Hj); unfold update in *;
        destruct (N.eqb_spec j i); subst; tauto. }
    rewrite !E. exact H.
Qed.

End Probability.

Arguments pr {_ _} _ _.
Arguments p {_ _} _ _ _.
Arguments valid {_ _} _ _.
