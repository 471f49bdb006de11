(** Inequalities between conditional probabilities, from averages over hidden variables.

    A form is a whole number plus whole multiples of P(x | y), x and y values of variables. When
    the hidden variables are independent of the settings and the outcomes factorize, each by its
    own settings, given them, the form is an average of products of responses with weights that
    are not negative; so it is at most 0 when it is at every deterministic strategy. *)

Require Import List Bool PeanoNat NArith ZArith Ring Permutation.
From LPC Require Import Scalars Spaces Independence Products Derivations Models Sums SumSteps Vertices.
Import ListNotations.

(** Variables with values. *)
Definition labels := list (N * N).
Definition at_values (l : labels) : @event numbers := fun o => forallb (fun x => N.eqb (snd x) (o (fst x))) l.
Definition names (l : labels) : N := set (map fst l).

(** A constant, and multiples of P(first | second). *)
Record form := Form { constant : Z; multiples : list (Z * (labels * labels)) }.

(** The values that variables are declared to have. *)
Definition declared (R : scalar) (M : space R numbers) (l : list (N * list N)) : Prop :=
  forall i values, In (i, values) l -> forall c, In c (alphabet M i) <-> In c values.

Definition probability {K : field} (M : space K numbers) (x y : labels) : K :=
  mul (pr M (fun o => at_values x o && at_values y o)) (inv (pr M (at_values y))).

Definition form_value {K : field} (M : space K numbers) (f : form) : K :=
  add (of_integer (constant f))
      (total (map (fun t => mul (of_integer (fst t)) (probability M (fst (snd t)) (snd (snd t))))
                  (multiples f))).

(** Wherever every condition is possible the form is at most 0. *)
Definition never_positive {K : field} (M : space K numbers) (f : form) : Prop :=
  (forall t, In t (multiples f) -> pr M (at_values (snd (snd t))) <> zero) ->
  nonneg (opp (form_value M f)).

(** * The certificate *)

(** An outcome with values of its own settings. *)
Definition place := (N * labels)%type.

Definition label_eq (a b : N * N) : {a = b} + {a <> b}.
Proof. decide equality; apply N.eq_dec. Defined.

Definition place_eq (a b : place) : {a = b} + {a <> b}.
Proof. decide equality; [apply (list_eq_dec label_eq)|apply N.eq_dec]. Defined.

Fixpoint position (x : place) (l : list place) : option nat :=
  match l with
  | nil => None
  | y :: r => if place_eq x y then Some O else
              match position x r with Some k => Some (S k) | None => None end
  end.

Record mixture := Mixture {
  hidden : N;
  context : labels;
  settings_of : list (N * N);  (** which settings belong to an outcome *)
  places : list place
}.

Definition own (m : mixture) (i : N) : N :=
  match find (fun x => N.eqb (fst x) i) (settings_of m) with Some x => snd x | None => 0%N end.

Definition place_of (m : mixture) (y : labels) (i : N) : place :=
  (i, filter (fun x => mem (fst x) (own m i)) y).

Definition wanted (m : mixture) (x y : labels) : option (list (nat * N)) :=
  all_some (fun a => match position (place_of m y (fst a)) (places m) with
                     | Some k => Some (k, snd a) | None => None end) x.

Definition values_of (l : list (N * list N)) (i : N) : list N :=
  match find (fun x => N.eqb (fst x) i) l with Some x => snd x | None => nil end.

(** What a probability needs to be an average of products of responses. *)
Definition mixture_goals (m : mixture) (t : Z * (labels * labels)) : list statement :=
  let (x, y) := snd t in
  let k := names (context m) in
  [Independent (hidden m) (minus (names y) k) k;
   Equation [(names x, union (names y) (hidden m))]
     (map (fun a => (set [fst a], union (union (names (snd (place_of m y (fst a)))) k) (hidden m))) x)].

Definition has_label (l : labels) (a : N * N) : bool := existsb (fun b => if label_eq a b then true else false) l.

Definition term_fits (m : mixture) (alphabets : list (N * list N)) (t : Z * (labels * labels)) : bool :=
  let (x, y) := snd t in
  distinct (map fst (x ++ y))
  && disjoint (hidden m) (union (names x) (names y))
  && forallb (has_label y) (context m)
  && forallb (fun a => existsb (N.eqb (snd a)) (values_of alphabets (fst a))) x.

Definition place_fits (m : mixture) (alphabets : list (N * list N)) (f : form) (a : place) : bool :=
  distinct (values_of alphabets (fst a))
  && negb (Nat.eqb (length (values_of alphabets (fst a))) 0)
  && existsb (fun t => forallb (has_label (snd (snd t))) (snd a ++ context m)) (multiples f).

Definition polynomial (m : mixture) (f : form) : option (list monomial) :=
  match all_some (fun t => match wanted m (fst (snd t)) (snd (snd t)) with
                           | Some w => Some (fst t, w) | None => None end) (multiples f) with
  | Some l => Some ((constant f, nil) :: l)
  | None => None
  end.

Definition mixture_checks (assumed : list statement) (proofs : list proof)
    (alphabets : list (N * list N)) (f : form) (m : mixture) : bool :=
  evidence_checks assumed (flat_map (mixture_goals m) (multiples f)) proofs
  && forallb (term_fits m alphabets) (multiples f)
  && forallb (place_fits m alphabets f) (places m)
  && negb (Nat.eqb (length (multiples f)) 0)
  && match polynomial m f with
     | Some l => at_most_zero (combine (seq 0 (length (places m)))
                   (map (fun a => values_of alphabets (fst a)) (places m))) l
     | None => false
     end.

(** * Averages *)

Section Averages.

Context {K : field} {V : domain} (M : space K V).
Local Open Scope scalar_scope.
Add Ring scalar_ring11 : (is_ring K).

Lemma pr_false_here : forall f, (forall o, f o = false) -> pr M f = 0.
Proof. apply pr_false. Qed.

Lemma sum_over_pr : forall l f u, valid M u -> NoDup l ->
  sum_over M l (fun w => pr M (fun o => f o && agrees_on l w o)) u = pr M f.
Proof.
  induction l as [|i l IH]; intros f u Hu D.
  - cbn [sum_over]. apply pr_ext. intro o. cbn. apply andb_true_r.
  - inversion D; subst. cbn [sum_over]. rewrite (pr_values M f i). apply total_ext. intros c Hc.
    rewrite <- (IH (fun o => f o && same c (o i)) (update u i c)); auto using update_valid.
    apply (sum_over_same M (fun _ _ => 0)); [now apply update_valid|]. intros w Hw O. apply pr_ext. intro o.
    cbn [agrees_on forallb]. rewrite O by assumption. unfold update at 1. rewrite N.eqb_refl.
    apply andb_assoc.
Qed.

Lemma total_sum : forall (l : list V) (f g : V -> K) a b,
  a * total (map f l) + b * total (map g l) = total (map (fun c => a * f c + b * g c) l).
Proof. intros. induction l; simpl; [ring|]. rewrite <- IHl. ring. Qed.

Lemma sum_over_linear : forall l g h a b u,
  a * sum_over M l g u + b * sum_over M l h u = sum_over M l (fun w => a * g w + b * h w) u.
Proof.
  induction l as [|i l IH]; intros; cbn [sum_over]; [reflexivity|].
  rewrite total_sum. apply total_ext. intros c _. apply IH.
Qed.

Lemma sum_over_at_most : forall l g u, valid M u -> (forall w, valid M w -> nonneg (- g w)) ->
  nonneg (- sum_over M l g u).
Proof.
  induction l as [|i l IH]; intros g u Hu H; cbn [sum_over]; [auto|].
  assert (A : forall q, incl q (alphabet M i) ->
    nonneg (- total (map (fun c => sum_over M l g (update u i c)) q))).
  { induction q as [|c q IHq]; intro I; simpl.
    - replace (- (0 : K)) with (0 : K) by ring. apply nonneg_zero.
    - replace (- (sum_over M l g (update u i c) + total (map (fun c => sum_over M l g (update u i c)) q)))
        with (- sum_over M l g (update u i c) + - total (map (fun c => sum_over M l g (update u i c)) q)) by ring.
      apply nonneg_add.
      + apply IH; [|exact H]. apply update_valid; [exact Hu|]. apply I. now left.
      + apply IHq. intros d Hd. apply I. now right. }
  apply A. apply incl_refl.
Qed.

End Averages.

Section Soundness.

Context {K : field} (M : space K numbers).
Local Open Scope scalar_scope.
Add Ring scalar_ring12 : (is_ring K).

Variables (m : mixture) (alphabets : list (N * list N)).
Hypothesis Alphabets : declared K M alphabets.

Local Notation here w := (agrees_on (elements (hidden m)) w).
Local Notation weight w := (pr M (fun o => at_values (context m) o && here w o)).

Definition response (w : @point numbers) (k : nat) (v : N) : K :=
  let a := nth k (places m) (0%N, nil) in
  pr M (fun o => N.eqb v (o (fst a)) && (at_values (snd a ++ context m) o && here w o))
  * inv (pr M (fun o => at_values (snd a ++ context m) o && here w o)).

(** The point of the labels, of w elsewhere. *)
Definition joined (l : labels) (w : @point numbers) : @point numbers := fun i =>
  match find (fun x => N.eqb (fst x) i) l with Some x => snd x | None => w i end.

Lemma find_label : forall (l : labels) (a : N * N), distinct (map fst l) = true -> In a l ->
  find (fun x : N * N => N.eqb (fst x) (fst a)) l = Some a.
Proof.
  induction l as [|b l IH]; intros a D H; [easy|]. cbn [map distinct] in D.
  apply andb_prop in D. destruct D as [D1 D2]. cbn [find].
  destruct (N.eqb_spec (fst b) (fst a)) as [E|N].
  - destruct H as [->|H]; [reflexivity|]. exfalso. apply negb_true_iff, not_true_iff_false in D1.
    apply D1, existsb_exists. exists (fst a). split; [now apply in_map|]. now apply N.eqb_eq.
  - destruct H as [->|H]; [contradiction|auto].
Qed.

Lemma joined_label : forall (l : labels) w (a : N * N), distinct (map fst l) = true -> In a l -> joined l w (fst a) = snd a.
Proof. intros l w a D H. unfold joined. now rewrite (find_label l a D H). Qed.

Lemma joined_other : forall l w i, mem i (names l) = false -> joined l w i = w i.
Proof.
  intros l w i H. unfold joined. destruct (find (fun x => N.eqb (fst x) i) l) as [x|] eqn:E; [|reflexivity].
  apply find_some in E. destruct E as [E1 E2]. apply N.eqb_eq in E2. subst.
  assert (I : mem (fst x) (names l) = true) by (apply mem_set; now apply in_map). congruence.
Qed.

Lemma at_values_agrees : forall (l : labels) (u o : @point numbers),
  (forall a : N * N, In a l -> u (fst a) = snd a) ->
  at_values l o = agrees (names l) u o.
Proof.
  intros l u o H. apply eq_true_iff_eq. rewrite agrees_spec. unfold at_values. rewrite forallb_forall. split.
  - intros A i Hi. apply mem_set, in_map_iff in Hi. destruct Hi as (a & <- & Ha).
    transitivity (snd a); [exact (H a Ha)|]. now apply N.eqb_eq, A.
  - intros A a Ha. apply N.eqb_eq. transitivity (u (fst a)); [symmetry; exact (H a Ha)|].
    apply A, mem_set. now apply in_map.
Qed.

Lemma names_app : forall a b, names (a ++ b) = union (names a) (names b).
Proof.
  intros. apply set_ext. intro i. apply eq_true_iff_eq. unfold names.
  rewrite mem_union, orb_true_iff, !mem_set, map_app, in_app_iff. tauto.
Qed.

Lemma has_label_spec : forall l a, has_label l a = true -> In a l.
Proof.
  intros l a H. apply existsb_exists in H. destruct H as (b & Hb & E).
  destruct (label_eq a b); [now subst|discriminate].
Qed.

Lemma position_spec : forall x l k, position x l = Some k -> nth k l (0%N, nil) = x.
Proof.
  induction l as [|y l IH]; cbn [position]; intros k H; [discriminate|].
  destruct (place_eq x y) as [->|N]; [now injection H as <-|].
  destruct (position x l); [|discriminate]. injection H as <-. cbn [nth]. now apply IH.
Qed.

Lemma in_names : forall l a, In a l -> mem (fst a) (names l) = true.
Proof. intros. apply mem_set. now apply in_map. Qed.

Section OneTerm.

Variables (x y : labels) (w : @point numbers).
Hypothesis Hw : valid M w.
Hypothesis Hd : distinct (map fst (x ++ y)) = true.
Hypothesis Hh : disjoint (hidden m) (union (names x) (names y)) = true.
Hypothesis Hk : forall a, In a (context m) -> In a y.
Hypothesis Hx : forall a, In a x -> In (snd a) (values_of alphabets (fst a)).
Hypothesis Hy : pr M (at_values y) <> 0.
Hypothesis Free : independent M (hidden m) (minus (names y) (names (context m))) (names (context m)).

Local Notation U := (joined (x ++ y) w).

Lemma labels_at : forall l, (forall a, In a l -> In a (x ++ y)) -> forall o,
  at_values l o = agrees (names l) U o.
Proof. intros l H o. apply at_values_agrees. intros a Ha. apply joined_label; auto. Qed.

Lemma here_at : forall o, here w o = agrees (hidden m) U o.
Proof.
  intro o. change (agrees (hidden m) w o = agrees (hidden m) U o). apply agrees_point. intros i Hi.
  symmetry. apply joined_other. rewrite names_app. exact (disjoint_spec _ _ i Hh Hi).
Qed.

Lemma in_y : forall a, In a y -> In a (x ++ y).
Proof. intros. apply in_or_app. now right. Qed.

Lemma values_of_declared : forall i c, In c (values_of alphabets i) -> In c (alphabet M i).
Proof.
  intros i c H. unfold values_of in H.
  destruct (find (fun q => N.eqb (fst q) i) alphabets) as [[j q]|] eqn:E; [|easy].
  apply find_some in E. destruct E as [E1 E2]. apply N.eqb_eq in E2. cbn [fst] in E2. subst j.
  now apply (Alphabets i q E1).
Qed.

Lemma joined_valid : valid M U.
Proof.
  intro i. unfold joined. destruct (find (fun a => N.eqb (fst a) i) (x ++ y)) as [a|] eqn:E; [|apply Hw].
  apply find_some in E. destruct E as [E1 E2]. apply N.eqb_eq in E2. subst i.
  apply in_app_or in E1. destruct E1 as [E1|E1]; [now apply values_of_declared, Hx|].
  destruct (existsb (same (d := numbers) (snd a)) (alphabet M (fst a))) eqn:F.
  - apply existsb_exists in F. destruct F as (c & Hc & F). apply same_spec in F. now rewrite F.
  - exfalso. apply Hy. rewrite (pr_ext M _ (agrees (names y) U)) by (apply labels_at; exact in_y).
    apply (p_invalid M (names y) U (fst a)); [now apply in_names|].
    rewrite (joined_label (x ++ y) w a Hd (in_y a E1)). intro I.
    apply not_true_iff_false in F. apply F, existsb_exists. exists (snd a). split; [exact I|].
    now apply same_spec.
Qed.

Lemma weight_at : weight w = p M (union (names (context m)) (hidden m)) U.
Proof.
  apply pr_ext. intro o. rewrite agrees_union, here_at. f_equal. apply labels_at. auto using in_y.
Qed.

(** Hidden variables do not depend on the settings. *)
Lemma settings_free :
  p M (union (names y) (hidden m)) U * pr M (at_values (context m)) = weight w * pr M (at_values y).
Proof.
  assert (F := Free U U U).
  assert (S : forall o, agrees (minus (names y) (names (context m))) U o && agrees (names (context m)) U o
    = agrees (names y) U o).
  { intro o. rewrite <- agrees_union. f_equal. apply set_ext. intro i.
    rewrite mem_union, mem_minus. destruct (mem i (names (context m))) eqn:E.
    - rewrite orb_true_r. symmetry. apply mem_set, in_map_iff in E. destruct E as (a & <- & Ha).
      apply in_names. auto.
    - rewrite andb_true_r. apply orb_false_r. }
  rewrite (pr_ext M (fun o => agrees (hidden m) U o && agrees (minus (names y) (names (context m))) U o
      && agrees (names (context m)) U o) (agrees (union (names y) (hidden m)) U)) in F.
  2:{ intro o. rewrite agrees_union, <- S.
      destruct (agrees (hidden m) U o), (agrees (minus (names y) (names (context m))) U o),
        (agrees (names (context m)) U o); reflexivity. }
  rewrite (pr_ext M _ (agrees (names y) U) S) in F.
  rewrite (pr_ext M (fun o => agrees (hidden m) U o && agrees (names (context m)) U o)
    (agrees (union (names (context m)) (hidden m)) U)) in F.
  2:{ intro o. rewrite agrees_union. apply andb_comm. }
  rewrite weight_at. rewrite (pr_ext M (at_values y) (agrees (names y) U)) by (apply labels_at; exact in_y).
  rewrite (pr_ext M (at_values (context m)) (agrees (names (context m)) U))
    by (apply labels_at; auto using in_y).
  exact F.
Qed.

Lemma settings_possible : weight w <> 0 -> p M (union (names y) (hidden m)) U <> 0.
Proof.
  intros W Z. assert (F := settings_free). rewrite Z in F.
  apply (nonzero_mul K _ _ W Hy). rewrite <- F. ring.
Qed.

Lemma own_possible : weight w <> 0 -> forall s, (forall a, In a s -> In a y) ->
  pr M (fun o => at_values s o && here w o) <> 0.
Proof.
  intros W s Hs. apply (pr_nonzero M (agrees (union (names y) (hidden m)) U)).
  - intros o H. rewrite agrees_union in H. apply andb_prop in H. destruct H as [H1 H2].
    rewrite here_at, H2, andb_true_r. unfold at_values. apply forallb_forall. intros a Ha.
    rewrite <- (labels_at y in_y) in H1. unfold at_values in H1. rewrite forallb_forall in H1. auto.
  - now apply settings_possible.
Qed.

Hypothesis Factor : equation M [(names x, union (names y) (hidden m))]
  (map (fun a => (set [fst a], union (union (names (snd (place_of m y (fst a)))) (names (context m))) (hidden m))) x).

Lemma place_labels : forall i a, In a (snd (place_of m y i) ++ context m) -> In a y.
Proof.
  intros i a H. apply in_app_or in H. destruct H as [H|H]; [|auto].
  unfold place_of in H. cbn [snd] in H. now apply filter_In in H.
Qed.

Lemma response_at : forall k a, In a x -> position (place_of m y (fst a)) (places m) = Some k ->
  response w k (snd a) = conditional M
    (set [fst a], union (union (names (snd (place_of m y (fst a)))) (names (context m))) (hidden m)) U.
Proof.
  intros k a Ha P. unfold response. rewrite (position_spec _ _ _ P). unfold conditional, p.
  assert (E : forall o, at_values (snd (place_of m y (fst a)) ++ context m) o && here w o =
    agrees (union (union (names (snd (place_of m y (fst a)))) (names (context m))) (hidden m)) U o).
  { intro o. rewrite agrees_union, here_at, <- names_app. f_equal. apply labels_at.
    intros b Hb. apply in_y. now apply (place_labels (fst a)). }
  unfold whole. cbn [fst snd]. f_equal; [|f_equal].
  - apply pr_ext. intro o. rewrite agrees_union, E. f_equal.
    apply eq_true_iff_eq. rewrite agrees_spec, N.eqb_eq. change (fst (place_of m y (fst a))) with (fst a).
    assert (Ux : U (fst a) = snd a) by (apply joined_label; [exact Hd|]; apply in_or_app; now left).
    split.
    + intros H i Hi. rewrite mem_single in Hi. apply N.eqb_eq in Hi. subst i.
      transitivity (snd a); [exact Ux|exact H].
    + intro H. transitivity (U (fst a)); [symmetry; exact Ux|].
      apply H. rewrite mem_single. apply N.eqb_refl.
  - apply pr_ext. exact E.
Qed.

Lemma responses_at : forall l q, (forall a, In a l -> In a x) ->
  all_some (fun a => match position (place_of m y (fst a)) (places m) with
                     | Some k => Some (k, snd a) | None => None end) l = Some q ->
  product (map (fun z => response w (fst z) (snd z)) q) = conditionals M
    (map (fun a => (set [fst a], union (union (names (snd (place_of m y (fst a)))) (names (context m))) (hidden m))) l) U.
Proof.
  induction l as [|a l IH]; intros q I H; cbn [all_some] in H.
  - injection H as <-. reflexivity.
  - destruct (position (place_of m y (fst a)) (places m)) as [k|] eqn:P; [|discriminate].
    match type of H with (match ?t with _ => _ end) = _ => destruct t as [q'|] eqn:Q; [|discriminate] end.
    injection H as <-. unfold conditionals. cbn [map product fst snd].
    rewrite (response_at k a (I a (or_introl eq_refl)) P).
    rewrite (IH q') by (auto; intros; apply I; now right). reflexivity.
Qed.

(** The probability of a result with these hidden values: weight times responses. *)
Lemma joint_value : forall q, wanted m x y = Some q ->
  pr M (fun o => (at_values x o && at_values y o) && here w o) * pr M (at_values (context m)) =
  pr M (at_values y) * (weight w * product (map (fun z => response w (fst z) (snd z)) q)).
Proof.
  intros q Q.
  assert (E : pr M (fun o => (at_values x o && at_values y o) && here w o) =
    p M (union (names x) (union (names y) (hidden m))) U).
  { apply pr_ext. intro o. rewrite !agrees_union, here_at, andb_assoc. do 2 f_equal; apply labels_at.
    - intros. apply in_or_app. now left.
    - exact in_y. }
  destruct (zero_or_not K (weight w)) as [Z|W].
  - rewrite Z. rewrite (pr_zero M _ (fun o => at_values (context m) o && here w o)); [ring| |exact Z].
    intros o H. apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [_ H2].
    rewrite H3, andb_true_r. unfold at_values in *. rewrite forallb_forall in *. auto.
  - assert (P := settings_possible W).
    assert (C : conditionals M [(names x, union (names y) (hidden m))] U =
      product (map (fun z => response w (fst z) (snd z)) q)).
    { rewrite (responses_at x q (fun a H => H) Q). apply equation_conditionals; [exact Factor|exact joined_valid|].
      intros f Hf. cbn [app] in Hf. destruct Hf as [<-|Hf]; [exact P|].
      apply in_map_iff in Hf. destruct Hf as (a & <- & Ha). cbn [snd].
      apply (p_subset M _ (union (names y) (hidden m))); [|exact P]. apply subset_spec. intros i Hi.
      rewrite mem_union in *. rewrite <- names_app in Hi. apply orb_prop in Hi. destruct Hi as [Hi|Hi].
      - apply mem_set, in_map_iff in Hi. destruct Hi as (b & <- & Hb).
        rewrite (in_names y b); [reflexivity|]. now apply (place_labels (fst a)).
      - rewrite Hi. apply orb_true_r. }
    unfold conditionals in C. cbn [map product] in C. unfold conditional, whole in C. cbn [fst snd] in C.
    rewrite E, <- C. assert (F := settings_free).
    assert (I := inv_spec K _ P). set (n := p M (union (names x) (union (names y) (hidden m))) U) in *.
    set (d := p M (union (names y) (hidden m)) U) in *.
    transitivity ((d * inv d) * (n * pr M (at_values (context m)))); [rewrite I; ring|].
    transitivity (n * inv d * (d * pr M (at_values (context m)))); [ring|]. rewrite F. ring.
Qed.

End OneTerm.

Definition applies (t : Z * (labels * labels)) : Prop :=
  pr M (at_values (snd (snd t))) <> 0
  /\ term_fits m alphabets t = true /\ forall s, In s (mixture_goals m t) -> holds M s.

Lemma term_facts : forall t, applies t ->
  distinct (map fst (fst (snd t) ++ snd (snd t))) = true
  /\ disjoint (hidden m) (union (names (fst (snd t))) (names (snd (snd t)))) = true
  /\ (forall a, In a (context m) -> In a (snd (snd t)))
  /\ (forall a, In a (fst (snd t)) -> In (snd a) (values_of alphabets (fst a)))
  /\ independent M (hidden m) (minus (names (snd (snd t))) (names (context m))) (names (context m))
  /\ equation M [(names (fst (snd t)), union (names (snd (snd t))) (hidden m))]
      (map (fun a => (set [fst a], union (union (names (snd (place_of m (snd (snd t)) (fst a)))) (names (context m))) (hidden m))) (fst (snd t))).
Proof.
  intros [c [x y]] (P & F & G). unfold term_fits in F. cbn [fst snd] in *.
  apply andb_prop in F. destruct F as [F F4]. apply andb_prop in F. destruct F as [F F3].
  apply andb_prop in F. destruct F as [F1 F2]. rewrite forallb_forall in F3, F4.
  split; [exact F1|]. split; [exact F2|]. split; [intros a Ha; now apply has_label_spec, F3|].
  split.
  { intros a Ha. specialize (F4 a Ha). apply existsb_exists in F4. destruct F4 as (v & Hv & E).
    apply N.eqb_eq in E. now rewrite E. }
  split; [exact (G _ (or_introl eq_refl))|exact (G _ (or_intror (or_introl eq_refl)))].
Qed.

Lemma term_average : forall t q u, applies t -> valid M u -> wanted m (fst (snd t)) (snd (snd t)) = Some q ->
  pr M (at_values (context m)) * (of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) =
  sum_over M (elements (hidden m)) (fun w => weight w * monomial_value (response w) (fst t, q)) u.
Proof.
  intros [c [x y]] q u A Hu Q. destruct (term_facts _ A) as (F1 & F2 & F3 & F4 & F5 & F6).
  destruct A as (P & _). cbn [fst snd] in *. unfold probability.
  assert (I := inv_spec K _ P).
  pose (g := fun w => pr M (fun o => (at_values x o && at_values y o) && here w o)).
  assert (S : sum_over M (elements (hidden m)) g u = pr M (fun o => at_values x o && at_values y o))
    by exact (sum_over_pr M (elements (hidden m)) (fun o => at_values x o && at_values y o) u Hu (elements_nodup _)).
  assert (L := sum_over_linear M (elements (hidden m)) g g
    (of_integer c * inv (pr M (at_values y)) * pr M (at_values (context m))) 0 u).
  transitivity (of_integer c * inv (pr M (at_values y)) * pr M (at_values (context m)) * sum_over M (elements (hidden m)) g u
    + 0 * sum_over M (elements (hidden m)) g u).
  - rewrite S. ring.
  - rewrite L. apply (sum_over_same M (fun _ _ => 0)); [exact Hu|]. intros w Hw _.
    assert (J := joint_value x y w Hw F1 F2 F3 F4 P F5 F6 q Q).
    unfold monomial_value. cbn [fst snd]. unfold g.
    transitivity (of_integer c * inv (pr M (at_values y)) *
      (pr M (fun o => (at_values x o && at_values y o) && here w o) * pr M (at_values (context m)))); [ring|].
    rewrite J.
    transitivity (of_integer c * (pr M (at_values y) * inv (pr M (at_values y))) *
      (weight w * product (map (fun z => response w (fst z) (snd z)) q))); [ring|]. rewrite I. ring.
Qed.

Lemma terms_average : forall l q u, (forall t, In t l -> applies t) -> valid M u ->
  all_some (fun t => match wanted m (fst (snd t)) (snd (snd t)) with
                     | Some w => Some (fst t, w) | None => None end) l = Some q ->
  pr M (at_values (context m)) *
    total (map (fun t => of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) l) =
  sum_over M (elements (hidden m)) (fun w => weight w * polynomial_value (response w) q) u.
Proof.
  induction l as [|t l IH]; intros q u A Hu H; cbn [all_some] in H.
  - injection H as <-. cbn [map total]. unfold polynomial_value. cbn [map total].
    assert (L := sum_over_linear M (elements (hidden m)) (fun _ => 0) (fun _ => 0) 0 0 u).
    transitivity (0 * sum_over M (elements (hidden m)) (fun _ => 0) u + 0 * sum_over M (elements (hidden m)) (fun _ => 0) u); [ring|].
    rewrite L. apply (sum_over_same M (fun _ _ => 0)); [exact Hu|]. intros. ring.
  - destruct (wanted m (fst (snd t)) (snd (snd t))) as [z|] eqn:W; [|discriminate].
    match type of H with (match ?t with _ => _ end) = _ => destruct t as [q'|] eqn:Q; [|discriminate] end.
    injection H as <-. cbn [map total].
    transitivity (pr M (at_values (context m)) * (of_integer (fst t) * probability M (fst (snd t)) (snd (snd t)))
      + pr M (at_values (context m)) * total (map (fun t => of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) l)); [ring|].
    rewrite (term_average t z u (A t (or_introl eq_refl)) Hu W).
    rewrite (IH q' u (fun s Hs => A s (or_intror Hs)) Hu eq_refl).
    assert (L := sum_over_linear M (elements (hidden m)) (fun w => weight w * monomial_value (response w) (fst t, z))
      (fun w => weight w * polynomial_value (response w) q') 1 1 u).
    match goal with |- ?a + ?b = _ => transitivity (1 * a + 1 * b); [ring|] end.
    rewrite L. apply (sum_over_same M (fun _ _ => 0)); [exact Hu|]. intros w _ _.
    unfold polynomial_value. cbn [map total]. ring.
Qed.

Lemma response_distribution : forall w k a f, valid M w -> weight w <> 0 ->
  nth k (places m) (0%N, nil) = a -> (forall t, In t (multiples f) -> applies t) ->
  place_fits m alphabets f a = true -> distribution (response w) k (values_of alphabets (fst a)).
Proof.
  intros w k a f Hw W Ea A F. unfold place_fits in F. apply andb_prop in F. destruct F as [F F3].
  apply andb_prop in F. destruct F as [F1 F2]. apply existsb_exists in F3. destruct F3 as (t & Ht & F3).
  rewrite forallb_forall in F3. assert (At := A t Ht).
  destruct (term_facts t At) as (G1 & G2 & G3 & G4 & G5 & _). destruct At as (P & _).
  destruct t as [c [x y]]. cbn [fst snd] in *.
  assert (Z : pr M (fun o => at_values (snd a ++ context m) o && here w o) <> 0).
  { apply (own_possible x y w G1 G2 G3 P G5 W). intros b Hb. apply has_label_spec. now apply F3. }
  unfold distribution, response. rewrite Ea. set (e := fun o => at_values (snd a ++ context m) o && here w o) in *.
  assert (Pm : Permutation (alphabet M (fst a)) (values_of alphabets (fst a))).
  { apply NoDup_Permutation; [apply (alphabet_nodup K numbers M)|now apply distinct_spec|].
    intro v. unfold values_of in *.
    destruct (find (fun z => N.eqb (fst z) (fst a)) alphabets) as [[j q]|] eqn:E; [|discriminate].
    apply find_some in E. destruct E as [E1 E2]. apply N.eqb_eq in E2. cbn [fst] in E2. subst j.
    exact (Alphabets _ q E1 v). }
  split; [now apply distinct_spec|]. split.
  - rewrite total_times.
    assert (T : forall l l', Permutation l l' -> forall g : N -> K, total (map g l) = total (map g l')).
    { intros l l' H g. induction H; simpl; try ring; [now rewrite IHPermutation|now rewrite IHPermutation1]. }
    change (total (map (fun v => pr M (fun o => N.eqb v (o (fst a)) && e o))
      (values_of alphabets (fst a))) * inv (pr M e) = 1).
    rewrite <- (T _ _ Pm (fun v => pr M (fun o => N.eqb v (o (fst a)) && e o))).
    transitivity (pr M e * inv (pr M e)); [|now apply inv_spec]. f_equal.
    rewrite (pr_values M e (fst a)). f_equal. apply map_ext. intro v. apply pr_ext. intro o. apply andb_comm.
  - intro v. change (nonneg (pr M (fun o => N.eqb v (o (fst a)) && e o) * inv (pr M e))).
    apply (nonneg_cancel K (pr M e)); [apply pr_nonneg|exact Z|].
    replace (pr M e * (pr M (fun o => N.eqb v (o (fst a)) && e o) * inv (pr M e)))
      with (pr M (fun o => N.eqb v (o (fst a)) && e o) * (pr M e * inv (pr M e))) by ring.
    rewrite inv_spec by exact Z. replace (pr M (fun o => N.eqb v (o (fst a)) && e o) * 1)
      with (pr M (fun o => N.eqb v (o (fst a)) && e o)) by ring. apply pr_nonneg.
Qed.

Lemma form_average : forall f q u, valid M u ->
  sum_over M (elements (hidden m)) (fun w => weight w) u = pr M (at_values (context m)) ->
  pr M (at_values (context m)) *
    total (map (fun t => of_integer (fst t) * probability M (fst (snd t)) (snd (snd t))) (multiples f)) =
  sum_over M (elements (hidden m)) (fun w => weight w * polynomial_value (response w) q) u ->
  pr M (at_values (context m)) * - form_value M f =
  - sum_over M (elements (hidden m)) (fun w =>
      weight w * polynomial_value (response w) ((constant f, nil) :: q)) u.
Proof.
  intros f q u Hu C T. unfold form_value.
  assert (L := sum_over_linear M (elements (hidden m)) (fun w => weight w)
    (fun w => weight w * polynomial_value (response w) q) (of_integer (constant f)) 1 u).
  rewrite C, <- T in L.
  transitivity (- (of_integer (constant f) * pr M (at_values (context m)) +
    1 * (pr M (at_values (context m)) * total (map (fun t => of_integer (fst t) *
      probability M (fst (snd t)) (snd (snd t))) (multiples f))))); [ring|].
  rewrite L. f_equal. apply (sum_over_same M (fun _ _ => 0)); [exact Hu|]. intros w _ _.
  unfold polynomial_value. cbn [map total]. unfold monomial_value at 2. cbn [fst snd map product]. ring.
Qed.

Lemma weightless : forall a b : K, a = 0 -> nonneg (- (a * b)).
Proof. intros a b ->. replace (- (0 * b)) with (0 : K) by ring. apply nonneg_zero. Qed.

Lemma weighed : forall a b : K, nonneg a -> nonneg (- b) -> nonneg (- (a * b)).
Proof. intros a b A B. replace (- (a * b)) with (a * - b) by ring. now apply nonneg_mul. Qed.

End Soundness.

Lemma combine_nth_in : forall {A : Type} (l : list A) n k a, In (k, a) (combine (seq n (length l)) l) ->
  exists j, k = (n + j)%nat /\ nth_error l j = Some a.
Proof.
  intros A. induction l as [|b l IH]; intros n k a H; [easy|]. cbn [length seq combine] in H.
  destruct H as [H|H].
  - injection H as <- <-. exists 0%nat. split; [now rewrite Nat.add_0_r|reflexivity].
  - destruct (IH (S n) k a H) as (j & -> & E). exists (S j). split; [|exact E].
    now rewrite Nat.add_succ_r.
Qed.

(** What the evidence of an inequality shows of every space over an ordered field. *)
Theorem mixture_sound : forall assumed proofs alphabets f m,
  mixture_checks assumed proofs alphabets f m = true ->
  forall (K : field) (M : space K numbers), declared K M alphabets ->
    (forall s, In s assumed -> holds M s) -> never_positive M f.
Proof.
  intros assumed proofs alphabets f m H K M D A P. unfold mixture_checks in H.
  apply andb_prop in H. destruct H as [H Hp]. apply andb_prop in H. destruct H as [H Hn].
  apply andb_prop in H. destruct H as [H Hl]. apply andb_prop in H. destruct H as [He Ht].
  rewrite forallb_forall in Ht, Hl.
  assert (G := evidence_holds M _ _ _ He A).
  assert (App : forall t, In t (multiples f) -> applies M m alphabets t).
  { intros t I. split; [now apply P|]. split; [now apply Ht|]. intros s Hs. apply G, in_flat_map. eauto. }
  unfold polynomial in Hp.
  match type of Hp with context [all_some ?g ?l] => destruct (all_some g l) as [q|] eqn:Q; [|discriminate] end.
  destruct (some_valid M) as [u Hu].
  assert (Z : pr M (at_values (context m)) <> zero).
  { assert (I : exists t, In t (multiples f)).
    { destruct (multiples f) as [|t l]; [discriminate Hn|]. exists t. now left. }
    destruct I as (t & I). destruct (App t I) as (Pt & _).
    destruct (term_facts M m alphabets t (App t I)) as (_ & _ & F3 & _).
    apply (pr_nonzero M (at_values (snd (snd t)))); [|exact Pt]. intros o Ho.
    unfold at_values in *. rewrite forallb_forall in *. auto. }
  apply (nonneg_cancel K (pr M (at_values (context m)))); [apply pr_nonneg|exact Z|].
  assert (T := terms_average M m alphabets D (multiples f) q u App Hu Q).
  assert (C := sum_over_pr M (elements (hidden m)) (at_values (context m)) u Hu (elements_nodup _)).
  assert (E : mul (pr M (at_values (context m))) (opp (form_value M f)) =
    opp (sum_over M (elements (hidden m)) (fun w =>
      mul (pr M (fun o => at_values (context m) o && agrees_on (elements (hidden m)) w o))
          (polynomial_value (response M m w) ((constant f, nil) :: q))) u)).
  { exact (form_average M m f q u Hu C T). }
  rewrite E. apply sum_over_at_most; [exact Hu|]. intros w Hw.
  destruct (zero_or_not K (pr M (fun o => at_values (context m) o && agrees_on (elements (hidden m)) w o))) as [W|W].
  - apply weightless. exact W.
  - apply weighed; [apply pr_nonneg|]. apply (at_most_zero_spec _ _ _ Hp). intros k values I.
    destruct (combine_nth_in (map (fun a => values_of alphabets (fst a)) (places m)) 0 k values) as (j & -> & En).
    { now rewrite map_length. }
    rewrite nth_error_map in En.
    change (option_map (fun a : place => values_of alphabets (fst a)) (@nth_error place (places m) j)
      = Some values) in En.
    destruct (nth_error (places m) j) as [a|] eqn:Ea;
      cbn [option_map] in En; [|discriminate].
    injection En as <-. cbn [Nat.add].
    apply (response_distribution M m alphabets D w j a f Hw W).
    + now apply nth_error_nth.
    + exact App.
    + apply Hl. now apply nth_error_In in Ea.
Qed.
