(** Inequalities from normalisation alone: at each condition the best of all outcomes counts. *)

Require Import List Bool PeanoNat NArith ZArith Lia Ring.
From LPC Require Import Scalars Spaces Independence Products Derivations Models Sums Vertices Mixtures.
Import ListNotations.

(** Terms with the same condition, and a bound on what each joint outcome adds to them. *)
Record group := Group { given : labels; most : Z; members : list (Z * labels) }.

Definition flat (l : list group) : list (Z * (labels * labels)) :=
  flat_map (fun g => map (fun t => (fst t, (snd t, given g))) (members g)) l.

Fixpoint assignments (l : list (N * list N)) : list labels :=
  match l with
  | nil => [nil]
  | (i, values) :: r => flat_map (fun v => map (cons (i, v)) (assignments r)) values
  end.

(** What the members add up to when the outcomes have these values. *)
Definition added (l : list (Z * labels)) (occurs : labels -> bool) : Z :=
  fold_right (fun t s => if occurs (snd t) then (fst t + s)%Z else s) 0%Z l.

Definition group_fits (alphabets : list (N * list N)) (g : group) : bool :=
  forallb (fun t => forallb (fun a => existsb (fun n => N.eqb (fst n) (fst a)) alphabets) (snd t)) (members g)
  && forallb (fun a => Z.leb (added (members g) (forallb (has_label a))) (most g)) (assignments alphabets).

Definition label_list_eq := list_eq_dec label_eq.

Definition term_eq (a b : Z * (labels * labels)) : {a = b} + {a <> b}.
Proof. decide equality; [decide equality; apply label_list_eq|apply Z.eq_dec]. Defined.

Definition normalised_checks (alphabets : list (N * list N)) (f : form) (l : list group) : bool :=
  (if list_eq_dec term_eq (multiples f) (flat l) then true else false)
  && forallb (group_fits alphabets) l
  && forallb (fun g => negb (Nat.eqb (length (members g)) 0)) l
  && Z.leb (constant f + fold_right (fun g s => (most g + s)%Z) 0%Z l) 0.

Section Soundness.

Context {K : field} (M : space K numbers).
Local Open Scope scalar_scope.
Add Ring scalar_ring13 : (is_ring K).

Lemma assignment_of : forall alphabets (o : @point numbers),
  (forall i values, In (i, values) alphabets -> In (o i) values) ->
  exists a, In a (assignments alphabets) /\ (forall b, In b a -> o (fst b) = snd b)
    /\ forall i values, In (i, values) alphabets -> In (i, o i) a.
Proof.
  induction alphabets as [|[i values] l IH]; intros o H; cbn [assignments].
  - exists nil. split; [now left|]. split; easy.
  - destruct (IH o) as (a & Ia & A & B); [intros; apply (H i0 values0); now right|].
    exists ((i, o i) :: a). split.
    + apply in_flat_map. exists (o i). split; [apply (H i values); now left|]. now apply in_map.
    + split.
      * intros b [<-|Hb]; [reflexivity|auto].
      * intros j vs [E|Hj]; [injection E as <- <-; now left|right; now apply (B j vs)].
Qed.

Lemma occurs_same : forall (alphabets : list (N * list N)) a x (o : @point numbers),
  (forall b, In b a -> o (fst b) = snd b) ->
  (forall i values, In (i, values) alphabets -> In (i, o i) a) ->
  forallb (fun b => existsb (fun n => N.eqb (fst n) (fst b)) alphabets) x = true ->
  at_values x o = forallb (has_label a) x.
Proof.
  intros alphabets a x o A B H. rewrite forallb_forall in H. apply eq_true_iff_eq.
  unfold at_values. rewrite !forallb_forall. split; intros G [i v] Hb; specialize (G _ Hb).
  - apply N.eqb_eq in G. cbn [fst snd] in G. specialize (H _ Hb). apply existsb_exists in H.
    destruct H as ([j vs] & Hn & E). apply N.eqb_eq in E. cbn [fst] in E. subst j.
    apply existsb_exists. exists (i, o i). split; [now apply (B i vs)|].
    destruct (label_eq (i, v) (i, o i)) as [_|N]; [reflexivity|]. exfalso. apply N. now rewrite G.
  - apply has_label_spec in G. apply N.eqb_eq. symmetry. exact (A _ G).
Qed.

Lemma of_integer_mono : forall a b, (a <= b)%Z -> nonneg (@of_integer K b - of_integer a).
Proof.
  intros a b H. assert (E := of_integer_add (K := K) a (b - a)).
  replace (a + (b - a))%Z with b in E by lia. rewrite E.
  replace (of_integer a + of_integer (b - a) - of_integer a) with (@of_integer K (b - a)) by ring.
  destruct (b - a)%Z eqn:D; cbn [of_integer]; [apply nonneg_zero|apply of_positive_nonneg|lia].
Qed.

(** The average of a whole number over the outcomes that meet a condition. *)
Definition mean (l : list (K * @point numbers)) (y : labels) (f : @point numbers -> Z) : K :=
  total (map (fun wo => if at_values y (snd wo) then fst wo * of_integer (f (snd wo)) else 0) l).

Lemma mean_constant : forall l y c, mean l y (fun _ => c) = of_integer c * @weigh K numbers l (at_values y).
Proof.
  intros. unfold mean, weigh. induction l as [|[w o] l IH]; cbn [map total fst snd]; [ring|].
  rewrite IH. destruct (at_values y o); ring.
Qed.

Lemma mean_added : forall l y t q,
  of_integer (fst t) * @weigh K numbers l (fun o => at_values (snd t) o && at_values y o)
    + mean l y (fun o => added q (fun x => at_values x o)) =
  mean l y (fun o => added (t :: q) (fun x => at_values x o)).
Proof.
  intros l y t q. unfold mean, weigh. induction l as [|[w o] l IH]; cbn [map total fst snd]; [ring|].
  rewrite <- IH. cbn [added fold_right]. fold (added q (fun x => at_values x o)).
  destruct (at_values (snd t) o), (at_values y o); cbn [andb]; rewrite ?of_integer_add; ring.
Qed.

Lemma mean_members : forall y q,
  total (map (fun t => of_integer (fst t) * pr M (fun o => at_values (snd t) o && at_values y o)) q) =
  mean (outcomes M) y (fun o => added q (fun x => at_values x o)).
Proof.
  intros y q. induction q as [|t q IH]; cbn [map total].
  - unfold added. cbn [fold_right]. rewrite mean_constant. cbn [of_integer]. ring.
  - rewrite IH. unfold pr. apply mean_added.
Qed.

Lemma mean_mono : forall l y f g, (forall w o, In (w, o) l -> nonneg w /\ (f o <= g o)%Z) ->
  nonneg (mean l y g - mean l y f).
Proof.
  intros l y f g H. unfold mean. induction l as [|[w o] l IH]; cbn [map total fst snd].
  - replace ((0 : K) - 0) with (0 : K) by ring. apply nonneg_zero.
  - destruct (H w o (or_introl eq_refl)) as [Hw Hf].
    assert (I := IH (fun w' o' H' => H w' o' (or_intror H'))).
    destruct (at_values y o).
    + match goal with |- nonneg (w * ?a + ?b - (w * ?c + ?d)) =>
        replace (w * a + b - (w * c + d)) with (w * (a - c) + (b - d)) by ring end.
      apply nonneg_add; [|exact I]. apply nonneg_mul; [exact Hw|]. now apply of_integer_mono.
    + match goal with |- nonneg (0 + ?b - (0 + ?d)) => replace (0 + b - (0 + d)) with (b - d) by ring end.
      exact I.
Qed.

Lemma group_bound : forall alphabets g, declared K M alphabets -> group_fits alphabets g = true ->
  pr M (at_values (given g)) <> 0 ->
  nonneg (of_integer (most g) -
    total (map (fun t => of_integer (fst t) * probability M (snd t) (given g)) (members g))).
Proof.
  intros alphabets g D F P. unfold group_fits in F. apply andb_prop in F. destruct F as [F1 F2].
  rewrite forallb_forall in F1, F2.
  apply (nonneg_cancel K (pr M (at_values (given g)))); [apply pr_nonneg|exact P|].
  assert (E : pr M (at_values (given g)) *
      total (map (fun t => of_integer (fst t) * probability M (snd t) (given g)) (members g)) =
    mean (outcomes M) (given g) (fun o => added (members g) (fun x => at_values x o))).
  { rewrite <- mean_members. assert (I := inv_spec K _ P). clear F1 F2.
    induction (members g) as [|t l IH]; cbn [map total]; [ring|]. rewrite <- IH. unfold probability at 1.
    set (n := pr M (fun o => at_values (snd t) o && at_values (given g) o)).
    transitivity (of_integer (fst t) * n * (pr M (at_values (given g)) * inv (pr M (at_values (given g))))
      + pr M (at_values (given g)) * total (map (fun t => of_integer (fst t) * probability M (snd t) (given g)) l));
      [ring|]. rewrite I. ring. }
  match goal with |- nonneg (?a * (?b - ?c)) => replace (a * (b - c)) with (b * a - a * c) by ring end.
  rewrite E. unfold pr. rewrite <- mean_constant. apply mean_mono. intros w o I.
  split; [exact (weights_nonneg K numbers M w o I)|].
  destruct (assignment_of alphabets o) as (a & Ia & A & B).
  { intros i values Hi. apply (D i values Hi). exact (alphabet_complete K numbers M w o i I). }
  specialize (F2 a Ia). apply Z.leb_le in F2.
  assert (S : added (members g) (fun x => at_values x o) = added (members g) (forallb (has_label a))).
  { clear F2 E. induction (members g) as [|t l IH]; [reflexivity|]. cbn [added fold_right].
    fold (added l (fun x => at_values x o)). fold (added l (forallb (has_label a))).
    rewrite IH by (intros; apply F1; now right).
    now rewrite (occurs_same alphabets a (snd t) o A B (F1 t (or_introl eq_refl))). }
  now rewrite S.
Qed.

Lemma total_app : forall a b : list K, total (a ++ b) = total a + total b.
Proof. intros. induction a; simpl; [ring|]. rewrite IHa. ring. Qed.

Lemma groups_bound : forall alphabets l, declared K M alphabets -> forallb (group_fits alphabets) l = true ->
  (forall g, In g l -> pr M (at_values (given g)) <> 0) ->
  nonneg (of_integer (fold_right (fun g s => (most g + s)%Z) 0%Z l) -
    total (map (fun t => of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) (flat l))).
Proof.
  intros alphabets l D. induction l as [|g l IH]; cbn [forallb fold_right]; intros F P.
  - unfold flat. cbn. replace ((0 : K) - 0) with (0 : K) by ring. apply nonneg_zero.
  - apply andb_prop in F. destruct F as [F1 F2].
    assert (A := group_bound alphabets g D F1 (P g (or_introl eq_refl))).
    assert (B := IH F2 (fun h Hh => P h (or_intror Hh))).
    change (flat (g :: l)) with (map (fun t => (fst t, (snd t, given g))) (members g) ++ flat l).
    rewrite map_app, total_app, map_map, of_integer_add. cbn [fst snd].
    match goal with |- nonneg (?a + ?b - (?c + ?d)) => replace (a + b - (c + d)) with ((a - c) + (b - d)) by ring end.
    now apply nonneg_add.
Qed.

Lemma form_bound : forall f z, (constant f + z <= 0)%Z ->
  nonneg (of_integer z -
    total (map (fun t => of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) (multiples f))) ->
  nonneg (- form_value M f).
Proof.
  intros f z H N. unfold form_value. assert (A := of_integer_mono _ _ H). rewrite of_integer_add in A.
  cbn [of_integer] in A. set (s := total _) in *.
  replace (- (of_integer (constant f) + s))
    with ((0 - (of_integer (constant f) + of_integer z)) + (of_integer z - s)) by ring.
  now apply nonneg_add.
Qed.

End Soundness.

(** What holds of every space in which the outcomes have the values declared. *)
Theorem normalised_sound : forall alphabets f l, normalised_checks alphabets f l = true ->
  forall (K : field) (M : space K numbers), declared K M alphabets -> never_positive M f.
Proof.
  intros alphabets f l H K M D P. unfold normalised_checks in H.
  apply andb_prop in H. destruct H as [H H5]. apply andb_prop in H. destruct H as [H H4].
  apply andb_prop in H. destruct H as [H1 H3].
  destruct (list_eq_dec term_eq (multiples f) (flat l)) as [E|]; [|discriminate].
  rewrite forallb_forall in H4. apply Z.leb_le in H5.
  apply (form_bound M f _ H5). rewrite E. apply (groups_bound M alphabets l D H3). intros g Hg.
  specialize (H4 g Hg). destruct (members g) as [|t q] eqn:Em; [discriminate|].
  apply (P (fst t, (snd t, given g))). rewrite E. unfold flat. apply in_flat_map. exists g.
  split; [exact Hg|]. rewrite Em. now left.
Qed.
