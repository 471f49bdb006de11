(** Sums of products of conditional probabilities: marginals, total probability, equations.

    What stands in a term are *slots*, numbered: a variable, or a further copy of it that a sum
    binds or that is held at a value. The slots of a space are its variables pulled back along the
    map from slots to variables, so that a slot is a variable of the pulled space.

    P(E | G) = p(E ∪ G) / p(G) counts as 0 where p(G) = 0; whether it is *defined* there is said
    apart. Under a sum a product with a factor 0 is 0, even where another factor is undefined. *)

Require Import List Bool PeanoNat NArith ZArith Ring Permutation.
From LPC Require Import Scalars Spaces Independence Products Derivations.
Import ListNotations.

(** * Fields *)

(** Scalars with quotients, such as the rational numbers and the reals. *)
Record field := Field {
  scalars_of :> scalar;
  inv : scalars_of -> scalars_of;
  inv_spec : forall a, a <> zero -> mul a (inv a) = one
}.
Arguments inv {_} _.

Fixpoint of_positive {K : scalar} (k : BinNums.positive) : K :=
  match k with
  | xH => one
  | xO q => let h := of_positive q in add h h
  | xI q => let h := of_positive q in add one (add h h)
  end.

Definition of_integer {K : scalar} (z : Z) : K :=
  match z with Z0 => zero | Zpos k => of_positive k | Zneg k => opp (of_positive k) end.

(** The number n / d. *)
Definition number {K : field} (c : Z * Z) : K := mul (of_integer (fst c)) (inv (of_integer (snd c))).

(** * Terms *)

(** coefficient · Σ over the slots `bound` of the product of the values of some slots and of
    conditional probabilities. *)
Record term := Term {
  coefficient : Z * Z;
  bound : N;
  read : list N;
  factors : list factor
}.

(** Conditions that hold no slot that their term sums over. *)
Definition free_conditions (l : list term) : list N :=
  flat_map (fun t => filter (fun c => disjoint c (bound t)) (conditions (factors t))) l.

Definition whole (f : factor) : N := union (fst f) (snd f).

Section Terms.

Context {K : field} {V : domain} (M : space K V).
(** The number that a value of a slot stands for. *)
Variable reading : N -> V -> K.
Local Open Scope scalar_scope.
Add Ring scalar_ring7 : (is_ring K).

Definition conditional (f : factor) (u : point) : K := p M (whole f) u * inv (p M (snd f) u).

(** The sum of g over all values of some variables. *)
Fixpoint sum_over (l : list N) (g : point -> K) (u : point) : K :=
  match l with
  | nil => g u
  | i :: r => total (map (fun c => sum_over r g (update u i c)) (alphabet M i))
  end.

Definition readings (l : list N) (u : point) : K := product (map (fun s => reading s (u s)) l).
Definition conditionals (l : list factor) (u : point) : K :=
  product (map (fun f => conditional f u) l).
Definition summand (r : list N) (l : list factor) (u : point) : K := readings r u * conditionals l u.

Definition value (t : term) (u : point) : K :=
  number (coefficient t) * sum_over (elements (bound t)) (summand (read t) (factors t)) u.

(** A product is defined where a factor is 0, or else all conditions are possible. *)
Definition product_defined (r : list N) (l : list factor) (u : point) : Prop :=
  (exists s, In s r /\ reading s (u s) = 0)
  \/ (exists f, In f l /\ p M (snd f) u <> 0 /\ p M (whole f) u = 0)
  \/ (forall f, In f l -> p M (snd f) u <> 0).

(** Points that differ from u in the slots of b at most. *)
Definition varied (b : N) (u w : point) : Prop :=
  valid M w /\ forall i, mem i b = false -> w i = u i.

Definition term_defined (t : term) (u : point) : Prop :=
  forall w, varied (bound t) u w -> product_defined (read t) (factors t) w.

Definition sum_value (l : list term) (u : point) : K := total (map (fun t => value t u) l).

(** Both sides are equal wherever they are defined and their free conditions possible. *)
Definition sums_equal (left right : list term) : Prop := forall u, valid M u ->
  (forall s, In s (free_conditions left ++ free_conditions right) -> p M s u <> 0) ->
  (forall t, In t left -> term_defined t u) -> (forall t, In t right -> term_defined t u) ->
  sum_value left u = sum_value right u.

(** * Sums *)

Definition extensional (g : @point V -> K) : Prop :=
  forall u v, (forall i, u i = v i) -> g u = g v.

Lemma total_ext : forall (l : list V) (f g : V -> K),
  (forall c, In c l -> f c = g c) -> total (map f l) = total (map g l).
Proof. intros. f_equal. now apply map_ext_in. Qed.

Lemma sum_over_ext : forall l g, extensional g -> extensional (sum_over l g).
Proof.
  induction l as [|i l IH]; simpl; intros g E u v H; [now apply E|].
  apply total_ext. intros c _. apply IH; [exact E|]. intro j. unfold update.
  destruct (N.eqb j i); [reflexivity|apply H].
Qed.

Lemma update_valid : forall u i c, valid M u -> In c (alphabet M i) -> valid M (update u i c).
Proof.
  intros u i c H Hc j. unfold update. destruct (N.eqb_spec j i); [now subst|apply H].
Qed.

Lemma sum_over_same : forall l g h u, valid M u ->
  (forall w, valid M w -> (forall i, ~ In i l -> w i = u i) -> g w = h w) ->
  sum_over l g u = sum_over l h u.
Proof.
  induction l as [|i l IH]; simpl; intros g h u Hu E; [now apply E|].
  apply total_ext. intros c Hc. apply IH; [now apply update_valid|]. intros w Hw O.
  apply E; [exact Hw|]. intros j Hj. rewrite O by tauto. unfold update.
  destruct (N.eqb_spec j i); [subst; tauto|reflexivity].
Qed.

Lemma sum_over_app : forall l l' g u, sum_over (l ++ l') g u = sum_over l (sum_over l' g) u.
Proof.
  induction l as [|i l IH]; simpl; intros; [reflexivity|]. apply total_ext. intros. apply IH.
Qed.

Lemma total_add : forall (l : list V) (f g : V -> K),
  total (map (fun c => f c + g c) l) = total (map f l) + total (map g l).
Proof. intros. induction l; simpl; [ring|]. rewrite IHl. ring. Qed.

Lemma total_none : forall l : list V, @total K (map (fun _ => 0) l) = 0.
Proof. induction l; simpl; [reflexivity|]. rewrite IHl. ring. Qed.

Lemma total_swap : forall (a b : list V) (f : V -> V -> K),
  total (map (fun c => total (map (f c) b)) a) =
  total (map (fun d => total (map (fun c => f c d) a)) b).
Proof.
  intros. induction a as [|c a IH]; simpl; [now rewrite total_none|].
  rewrite IH, <- total_add. reflexivity.
Qed.

Lemma sum_over_perm : forall l l' g u, Permutation l l' -> NoDup l -> extensional g ->
  sum_over l g u = sum_over l' g u.
Proof.
  intros l l' g u P. revert u. induction P; simpl; intros u D E.
  - reflexivity.
  - inversion D; subst. apply total_ext. intros. now apply IHP.
  - rewrite total_swap. apply total_ext. intros c _. apply total_ext. intros d _.
    apply sum_over_ext; [exact E|]. intro j. unfold update.
    destruct (N.eqb_spec j x), (N.eqb_spec j y); subst; try reflexivity.
    inversion D; subst. exfalso. apply H1. now left.
  - rewrite IHP1 by assumption. apply IHP2; [|exact E]. now rewrite <- P1.
Qed.

Lemma readings_ext : forall r, extensional (readings r).
Proof. intros r u v H. unfold readings. f_equal. apply map_ext. intro. now rewrite H. Qed.

Lemma conditionals_ext : forall l, extensional (conditionals l).
Proof.
  intros l u v H. unfold conditionals. f_equal. apply map_ext. intro. unfold conditional.
  now rewrite !(p_point M _ u v).
Qed.

Lemma summand_ext : forall r l, extensional (summand r l).
Proof.
  intros r l u v H. unfold summand. now rewrite (readings_ext r u v H), (conditionals_ext l u v H).
Qed.

Lemma conditionals_app : forall a b u, conditionals (a ++ b) u = conditionals a u * conditionals b u.
Proof.
  intros. unfold conditionals. induction a; simpl; [ring|]. rewrite IHa. ring.
Qed.

Lemma conditionals_perm : forall a b u, Permutation a b -> conditionals a u = conditionals b u.
Proof.
  intros a b u H. unfold conditionals. induction H; simpl; try ring.
  - now rewrite IHPermutation.
  - now rewrite IHPermutation1.
Qed.

Lemma whole_zero : forall f u, p M (snd f) u = 0 -> p M (whole f) u = 0.
Proof.
  intros f u H. apply (pr_zero M _ (agrees (snd f) u)); [|exact H]. intro o.
  apply agrees_subset, subset_spec. intros i Hi. unfold whole. rewrite mem_union, Hi. apply orb_true_r.
Qed.

Lemma conditionals_zero : forall l f u, In f l -> p M (whole f) u = 0 -> conditionals l u = 0.
Proof.
  intros l f u. unfold conditionals. induction l; simpl; [easy|]. intros [->|H] E.
  - unfold conditional. rewrite E. ring.
  - rewrite IHl; auto. ring.
Qed.

Lemma readings_zero : forall r s u, In s r -> reading s (u s) = 0 -> readings r u = 0.
Proof.
  intros r s u. unfold readings. induction r; simpl; [easy|]. intros [->|H] E.
  - rewrite E. ring.
  - rewrite IHr; auto. ring.
Qed.

(** * Total probability *)

Definition clean (v : N) (l : list factor) : bool := forallb (fun f => negb (mem v (whole f))) l.

Definition read_without (v : N) (r : list N) : bool := forallb (fun s => negb (N.eqb v s)) r.

Lemma whole_parts : forall v f, mem v (whole f) = false -> mem v (fst f) = false /\ mem v (snd f) = false.
Proof. intros v f H. unfold whole in H. rewrite mem_union in H. now apply orb_false_iff in H. Qed.

Lemma clean_factor : forall v l f, clean v l = true -> In f l -> mem v (whole f) = false.
Proof.
  intros v l f C H. unfold clean in C. rewrite forallb_forall in C.
  specialize (C f H). now apply negb_true_iff in C.
Qed.

Lemma conditionals_update : forall v c l u, clean v l = true ->
  conditionals l (update u v c) = conditionals l u.
Proof.
  intros v c l u C. unfold conditionals. f_equal. apply map_ext_in. intros f Hf.
  assert (W := clean_factor v l f C Hf). destruct (whole_parts v f W).
  unfold conditional. now rewrite !p_update.
Qed.

Lemma read_other : forall v r s, read_without v r = true -> In s r -> s <> v.
Proof.
  intros v r s C H E. subst. unfold read_without in C. rewrite forallb_forall in C.
  specialize (C v H). rewrite N.eqb_refl in C. discriminate.
Qed.

Lemma readings_update : forall v c r u, read_without v r = true ->
  readings r (update u v c) = readings r u.
Proof.
  intros v c r u C. unfold readings. f_equal. apply map_ext_in. intros s Hs.
  unfold update. destruct (N.eqb_spec s v); [|reflexivity]. now apply (read_other v r s C) in Hs.
Qed.

Lemma total_constant : forall (l : list V) (f : V -> K) a b,
  total (map (fun c => a * (f c * b)) l) = a * (total (map f l) * b).
Proof. intros. induction l; simpl; [ring|]. rewrite IHl. ring. Qed.

Section OnePlace.

Variables (v e g b : N) (r : list N) (l1 l2 : list factor).
Hypotheses (He : mem v e = true) (Hg : mem v g = false) (Hb : mem v b = false).
Hypotheses (Hr : read_without v r = true) (H1 : clean v l1 = true) (H2 : clean v l2 = true).

Local Notation before := (l1 ++ (e, g) :: l2).
Local Notation after := (l1 ++ (without v e, g) :: l2).

Lemma whole_without : whole (without v e, g) = without v (whole (e, g)).
Proof.
  unfold whole, without. cbn [fst snd]. apply set_ext. intro i.
  rewrite mem_union, !mem_minus, mem_union, mem_single.
  destruct (N.eqb_spec v i); [subst; rewrite Hg|]; destruct (mem i e), (mem i g); reflexivity.
Qed.

Lemma whole_has : mem v (whole (e, g)) = true.
Proof. unfold whole. simpl. now rewrite mem_union, He. Qed.

Lemma elements_added : Permutation (elements (union b (set [v]))) (v :: elements b).
Proof.
  apply NoDup_Permutation; [apply elements_nodup| |].
  - constructor; [|apply elements_nodup]. rewrite elements_spec. now rewrite Hb.
  - intro i. cbn [In]. rewrite !elements_spec, mem_union, mem_single, orb_true_iff, N.eqb_eq. tauto.
Qed.

(** Σ over v of a product in which v stands left of one bar alone. *)
Lemma one_place_sum : forall u, valid M u ->
  sum_over (elements (union b (set [v]))) (summand r before) u =
  sum_over (elements b) (summand r after) u.
Proof.
  intros u Hu.
  rewrite (sum_over_perm _ (elements b ++ [v])).
  2:{ rewrite elements_added. apply Permutation_cons_append. }
  2:{ apply elements_nodup. }
  2:{ apply summand_ext. }
  rewrite sum_over_app. apply sum_over_same; [exact Hu|]. intros w Hw _. simpl.
  unfold summand. rewrite conditionals_app.
  change (conditionals ((without v e, g) :: l2) w)
    with (conditional (without v e, g) w * conditionals l2 w).
  unfold conditional at 1. rewrite whole_without, (p_without M v _ w whole_has). simpl snd.
  transitivity (total (map (fun c => readings r w * conditionals l1 w *
      (p M (whole (e, g)) (update w v c) * (inv (p M g w) * conditionals l2 w))) (alphabet M v))).
  - apply total_ext. intros c _. rewrite conditionals_app.
    change (conditionals ((e, g) :: l2) (update w v c))
      with (conditional (e, g) (update w v c) * conditionals l2 (update w v c)).
    unfold conditional at 1. simpl snd.
    rewrite readings_update, !conditionals_update, (p_update M v c g) by assumption. ring.
  - rewrite total_constant. ring.
Qed.

Lemma same_elsewhere : forall f w c, In f (l1 ++ l2) ->
  p M (snd f) (update w v c) = p M (snd f) w /\ p M (whole f) (update w v c) = p M (whole f) w.
Proof.
  intros f w c H.
  assert (W : mem v (whole f) = false).
  { apply in_app_or in H. destruct H as [H|H]; [now apply (clean_factor v l1)|now apply (clean_factor v l2)]. }
  destruct (whole_parts v f W). now rewrite !p_update.
Qed.

Lemma each_or_all : forall (l : list V) (A : Prop) (B : V -> Prop),
  (forall c, In c l -> A \/ B c) -> A \/ (forall c, In c l -> B c).
Proof.
  induction l as [|c l IH]; intros A B H; [now right|].
  destruct (H c) as [X|X]; [now left|now left|].
  destruct (IH A B) as [Y|Y]; [intros; apply H; now right|now left|].
  right. intros d [<-|Hd]; auto.
Qed.

Lemma total_zeros : forall (l : list V) (f : V -> K),
  (forall c, In c l -> f c = 0) -> total (map f l) = 0.
Proof. intros l f H. rewrite (total_ext l f (fun _ => 0) H). apply total_none. Qed.

Lemma summed_out_defined : forall u,
  (forall w, varied (union b (set [v])) u w -> product_defined r before w) ->
  forall w, varied b u w -> product_defined r after w.
Proof.
  intros u H w [Hw O].
  assert (D : forall c, In c (alphabet M v) -> product_defined r before (update w v c)).
  { intros c Hc. apply H. split; [now apply update_valid|]. intros i Hi.
    rewrite mem_union, mem_single in Hi. apply orb_false_iff in Hi. destruct Hi as [Hi N].
    unfold update. rewrite N.eqb_sym, N. now apply O. }
  destruct (each_or_all (alphabet M v) (product_defined r after w)
    (fun c => p M g w <> 0 /\ p M (whole (e, g)) (update w v c) = 0)) as [A|A].
  - intros c Hc. destruct (D c Hc) as [(s & Hs & E)|[(f & Hf & P & E)|P]].
    + left. left. exists s. split; [exact Hs|]. unfold update in E.
      destruct (N.eqb_spec s v); [|exact E]. now apply (read_other v r s Hr) in Hs.
    + apply in_app_or in Hf. destruct Hf as [Hf|[<-|Hf]].
      * left. right. left. exists f. destruct (same_elsewhere f w c) as [A B]; [apply in_or_app; auto|].
        rewrite A in P. rewrite B in E. split; [apply in_or_app; now left|auto].
      * right. simpl in P. rewrite p_update in P by exact Hg. auto.
      * left. right. left. exists f. destruct (same_elsewhere f w c) as [A B]; [apply in_or_app; auto|].
        rewrite A in P. rewrite B in E. split; [apply in_or_app; right; now right|auto].
    + left. right. right. intros f Hf. apply in_app_or in Hf. destruct Hf as [Hf|[<-|Hf]].
      * destruct (same_elsewhere f w c) as [<- _]; [apply in_or_app; auto|]. apply P, in_or_app. now left.
      * simpl. rewrite <- (p_update M v c g w Hg). apply (P (e, g)), in_or_app. right. now left.
      * destruct (same_elsewhere f w c) as [<- _]; [apply in_or_app; auto|]. apply P, in_or_app. right. now right.
  - exact A.
  - right. left. exists (without v e, g). split; [apply in_or_app; right; now left|].
    simpl. split; [exact (proj1 (A (w v) (Hw v)))|].
    rewrite whole_without, (p_without M v _ w whole_has). apply total_zeros. intros c Hc. now apply A.
Qed.

Lemma inserted_defined : forall u, valid M u ->
  (forall w, varied b u w -> product_defined r after w) ->
  forall w, varied (union b (set [v])) u w -> product_defined r before w.
Proof.
  intros u Hu H w [Hw O].
  assert (D : product_defined r after (update w v (u v))).
  { apply H. split; [now apply update_valid|]. intros i Hi. unfold update.
    destruct (N.eqb_spec i v) as [->|N]; [reflexivity|]. apply O.
    rewrite mem_union, mem_single, Hi. simpl. apply N.eqb_neq. congruence. }
  destruct D as [(s & Hs & E)|[(f & Hf & P & E)|P]].
  - left. exists s. split; [exact Hs|]. unfold update in E.
    destruct (N.eqb_spec s v); [|exact E]. now apply (read_other v r s Hr) in Hs.
  - apply in_app_or in Hf. right. left. destruct Hf as [Hf|[<-|Hf]].
    + exists f. destruct (same_elsewhere f w (u v)) as [A B]; [apply in_or_app; auto|].
      rewrite A in P. rewrite B in E. split; [apply in_or_app; now left|auto].
    + exists (e, g). simpl in P. rewrite p_update in P by exact Hg.
      split; [apply in_or_app; right; now left|]. split; [exact P|].
      rewrite whole_without in E. rewrite p_update in E.
      2:{ unfold without. rewrite mem_minus, mem_single, N.eqb_refl. apply andb_false_r. }
      apply (pr_zero M _ (agrees (without v (whole (e, g))) w)); [|exact E]. intro o.
      apply agrees_subset, subset_spec. intros i Hi. unfold without in Hi.
      rewrite mem_minus in Hi. now apply andb_prop in Hi.
    + exists f. destruct (same_elsewhere f w (u v)) as [A B]; [apply in_or_app; auto|].
      rewrite A in P. rewrite B in E. split; [apply in_or_app; right; now right|auto].
  - right. right. intros f Hf. apply in_app_or in Hf. destruct Hf as [Hf|[<-|Hf]].
    + destruct (same_elsewhere f w (u v)) as [<- _]; [apply in_or_app; auto|]. apply P, in_or_app. now left.
    + simpl. rewrite <- (p_update M v (u v) g w Hg). apply (P (without v e, g)), in_or_app. right. now left.
    + destruct (same_elsewhere f w (u v)) as [<- _]; [apply in_or_app; auto|]. apply P, in_or_app. right. now right.
Qed.

End OnePlace.

(** A factor P( | G) is 1 where it is defined. *)
Lemma empty_dropped : forall r l1 l2 g b u, valid M u ->
  (forall w, varied b u w -> product_defined r (l1 ++ (0%N, g) :: l2) w) ->
  sum_over (elements b) (summand r (l1 ++ (0%N, g) :: l2)) u =
  sum_over (elements b) (summand r (l1 ++ l2)) u /\
  (forall w, varied b u w -> product_defined r (l1 ++ l2) w).
Proof.
  intros r l1 l2 g b u Hu H.
  assert (G : whole (0%N, g) = g).
  { reflexivity. }
  split.
  - apply sum_over_same; [exact Hu|]. intros w Hw O.
    assert (Vw : varied b u w).
    { split; [exact Hw|]. intros i Hi. apply O. rewrite elements_spec. congruence. }
    unfold summand. rewrite !conditionals_app.
    change (conditionals ((0%N, g) :: l2) w) with (conditional (0%N, g) w * conditionals l2 w).
    destruct (H w Vw) as [(s & Hs & E)|[(f & Hf & P & E)|P]].
    + rewrite (readings_zero r s w Hs E). ring.
    + apply in_app_or in Hf. destruct Hf as [Hf|[<-|Hf]].
      * rewrite (conditionals_zero l1 f w Hf E). ring.
      * rewrite G in E. simpl in P. contradiction.
      * rewrite (conditionals_zero l2 f w Hf E). ring.
    + unfold conditional at 1. rewrite G. simpl snd. rewrite inv_spec; [ring|].
      apply (P (0%N, g)), in_or_app. right. now left.
  - intros w Vw. destruct (H w Vw) as [A|[(f & Hf & P & E)|P]]; [now left| |].
    + right. left. exists f. split; [|auto]. apply in_app_or in Hf. apply in_or_app.
      destruct Hf as [Hf|[<-|Hf]]; auto. rewrite G in E. simpl in P. contradiction.
    + right. right. intros f Hf. apply P. apply in_app_or in Hf. apply in_or_app. simpl. tauto.
Qed.

End Terms.
