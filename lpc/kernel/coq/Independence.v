(** Conditional independence of sets of variables, and its rules.

    Division-free: p(x,y,z) p(z) = p(x,z) p(y,z) for all values of x, y and z. The sets may
    overlap: X independent of X given Z says that X is a function of Z. *)

Require Import List Bool NArith Ring.
From LPC Require Import Scalars Spaces.

Section Independence.

Context {R : scalar} {V : domain} (M : space R V).
Local Open Scope scalar_scope.
Add Ring scalar_ring3 : (is_ring R).

Definition independent (x y z : N) : Prop := forall u v t : point,
  pr M (fun o => agrees x u o && agrees y v o && agrees z t o) * pr M (agrees z t) =
  pr M (fun o => agrees x u o && agrees z t o) * pr M (fun o => agrees y v o && agrees z t o).

(** Every joint value has positive probability. *)
Definition positive (s : N) : Prop := forall u, valid M u -> p M s u <> 0.

Lemma symmetry : forall x y z, independent x y z -> independent y x z.
Proof.
  intros x y z H u v t. specialize (H v u t).
  rewrite (pr_ext M (fun o => agrees y u o && agrees x v o && agrees z t o)
                    (fun o => agrees x v o && agrees y u o && agrees z t o)).
  - rewrite H. ring.
  - intro o. now rewrite (andb_comm (agrees y u o)).
Qed.

(** Equality of an event of two groups with one of their parts outside z. *)
Lemma with_condition : forall x z (u t o : point (V := V)),
  agrees (minus x z) u o && agrees z t o = agrees x (merge z t u) o && agrees z t o.
Proof.
  intros. apply eq_true_iff_eq. rewrite !andb_true_iff, !agrees_spec. split; intros [H K]; split; auto.
  - intros i Hi. unfold merge. destruct (mem i z) eqn:E; [auto|].
    apply H. now rewrite mem_minus, Hi, E.
  - intros i Hi. rewrite mem_minus in Hi. apply andb_prop in Hi. destruct Hi as [Hi E].
    specialize (H i Hi). unfold merge in H. destruct (mem i z); [discriminate|exact H].
Qed.

Lemma joint_condition : forall x y z (u v t o : point (V := V)),
  agrees (minus x z) u o && agrees (minus y z) v o && agrees z t o =
  agrees x (merge z t u) o && agrees y (merge z t v) o && agrees z t o.
Proof.
  intros. assert (A := with_condition x z u t o). assert (B := with_condition y z v t o).
  destruct (agrees z t o); rewrite ?andb_true_r in *; [now rewrite A, B|now rewrite !andb_false_r].
Qed.

Lemma normal : forall x y z, independent x y z -> independent (minus x z) (minus y z) z.
Proof.
  intros x y z H u v t. specialize (H (merge z t u) (merge z t v) t).
  rewrite (pr_ext M _ _ (joint_condition x y z u v t)).
  rewrite (pr_ext M _ _ (with_condition x z u t)).
  rewrite (pr_ext M _ _ (with_condition y z v t)). exact H.
Qed.

(** Values of x that contradict those of z have probability zero. *)
Lemma clash : forall x z (u t : point (V := V)),
  (forall i, mem i x = true -> mem i z = true -> u i = t i) \/
  (forall o, agrees x u o && agrees z t o = false).
Proof.
  intros. destruct (agrees (common x z) u t) eqn:E.
  - left. rewrite agrees_spec in E. intros i Hx Hz. apply E. now rewrite mem_common, Hx, Hz.
  - right. intro o. apply not_true_is_false. rewrite andb_true_iff, !agrees_spec. intros [H K].
    apply not_true_iff_false in E. apply E, agrees_spec. intros i Hi.
    rewrite mem_common in Hi. apply andb_prop in Hi. destruct Hi. rewrite H, K; auto.
Qed.

Lemma abnormal : forall x y z, independent (minus x z) (minus y z) z -> independent x y z.
Proof.
  intros x y z H u v t. destruct (clash x z u t) as [Cx|Cx].
  - destruct (clash y z v t) as [Cy|Cy].
    + specialize (H u v t).
      rewrite (pr_ext M _ _ (joint_condition x y z u v t)) in H.
      rewrite (pr_ext M _ _ (with_condition x z u t)) in H.
      rewrite (pr_ext M _ _ (with_condition y z v t)) in H.
      assert (Ex : forall o, agrees x (merge z t u) o = agrees x u o).
      { intro o. apply agrees_point. intros i Hi. unfold merge. destruct (mem i z) eqn:E; [|auto].
        now rewrite Cx. }
      assert (Ey : forall o, agrees y (merge z t v) o = agrees y v o).
      { intro o. apply agrees_point. intros i Hi. unfold merge. destruct (mem i z) eqn:E; [|auto].
        now rewrite Cy. }
      rewrite (pr_ext M (fun o => agrees x (merge z t u) o && agrees y (merge z t v) o && agrees z t o)
        (fun o => agrees x u o && agrees y v o && agrees z t o)) in H
        by (intro; now rewrite Ex, Ey).
      rewrite (pr_ext M (fun o => agrees x (merge z t u) o && agrees z t o)
        (fun o => agrees x u o && agrees z t o)) in H by (intro; now rewrite Ex).
      rewrite (pr_ext M (fun o => agrees y (merge z t v) o && agrees z t o)
        (fun o => agrees y v o && agrees z t o)) in H by (intro; now rewrite Ey).
      exact H.
    + rewrite (pr_false M _ Cy). rewrite (pr_false M); [ring|].
      intro o. specialize (Cy o). now rewrite <- andb_assoc, Cy, andb_false_r.
  - rewrite (pr_false M _ Cx). rewrite (pr_false M); [ring|].
    intro o. specialize (Cx o).
    now rewrite (andb_comm (agrees x u o)), <- andb_assoc, Cx, andb_false_r.
Qed.

(** Shrinking one side: sum over the variables that go. *)
Lemma shrink : forall x y y' z, subset y' y = true -> independent x y z -> independent x y' z.
Proof.
  intros x y y' z Hs H u v t.
  transitivity (pr M (fun o => agrees y' v o && agrees z t o) *
                pr M (fun o => agrees x u o && agrees z t o)); [|ring].
  apply (sum_out M (elements (minus y y'))); [apply elements_nodup|]. intros w _.
  assert (E : forall o, agrees y' v o && agrees_on (elements (minus y y')) w o =
                        agrees y (merge y' v w) o).
  { intro o. change (agrees_on (elements (minus y y')) w o) with (agrees (minus y y') w o).
    apply eq_true_iff_eq. rewrite andb_true_iff, !agrees_spec. split.
    - intros [A B] i Hi. unfold merge. destruct (mem i y') eqn:F; [auto|].
      apply B. now rewrite mem_minus, Hi, F.
    - intro A. rewrite subset_spec in Hs. split; intros i Hi.
      + specialize (A i (Hs i Hi)). unfold merge in A. now rewrite Hi in A.
      + rewrite mem_minus in Hi. apply andb_prop in Hi. destruct Hi as [Hi F].
        specialize (A i Hi). unfold merge in A. now destruct (mem i y'). }
  specialize (H u (merge y' v w) t).
  rewrite (pr_ext M
    (fun o => agrees x u o && agrees y' v o && agrees z t o && agrees_on (elements (minus y y')) w o)
    (fun o => agrees x u o && agrees y (merge y' v w) o && agrees z t o)).
  2:{ intro o. rewrite <- E. destruct (agrees x u o), (agrees y' v o), (agrees z t o); simpl;
      now destruct (agrees_on (elements (minus y y')) w o). }
  rewrite (pr_ext M
    (fun o => agrees y' v o && agrees z t o && agrees_on (elements (minus y y')) w o)
    (fun o => agrees y (merge y' v w) o && agrees z t o)).
  2:{ intro o. rewrite <- E. destruct (agrees y' v o), (agrees z t o); simpl;
      now destruct (agrees_on (elements (minus y y')) w o). }
  rewrite H. ring.
Qed.

Theorem decomposition : forall x y z x' y', subset x' x = true -> subset y' y = true ->
  independent x y z -> independent x' y' z.
Proof.
  intros x y z x' y' Hx Hy H. apply symmetry, (shrink _ x); [exact Hx|].
  apply symmetry, (shrink _ y); assumption.
Qed.

(** Moving a part w of y into the condition. *)
Lemma move : forall x y z w, subset w y = true -> independent x y z -> independent x y (union z w).
Proof.
  intros x y z w Hw H u v t.
  assert (Hd : independent x w z) by (now apply (shrink x y)).
  destruct (clash y w v t) as [C|C].
  - specialize (H u v t). specialize (Hd u t t).
    set (Z := pr M (agrees z t)) in *.
    destruct (zero_or_not R Z) as [E|E].
    + assert (K : forall f, (forall o, f o = true -> agrees z t o = true) -> pr M f = 0).
      { intros f Hf. now apply (pr_zero M f (agrees z t)). }
      rewrite (K (agrees (union z w) t)).
      2:{ intro o. rewrite agrees_union. now intros [? _]%andb_prop. }
      rewrite (K (fun o => agrees x u o && agrees (union z w) t o)); [ring|].
      intro o. rewrite agrees_union. now intros [_ [? _]%andb_prop]%andb_prop.
    + assert (Ey : forall o, agrees y v o && agrees z t o = agrees y v o && agrees (union z w) t o).
      { intro o. rewrite agrees_union. destruct (agrees y v o) eqn:F; [|reflexivity]. simpl.
        assert (G : agrees w t o = true).
        { rewrite agrees_spec in *. rewrite subset_spec in Hw. intros i Hi.
          rewrite <- (C i (Hw i Hi) Hi). apply F. auto. }
        rewrite G. now rewrite andb_true_r. }
      rewrite (pr_ext M (fun o => agrees x u o && agrees y v o && agrees (union z w) t o)
                        (fun o => agrees x u o && agrees y v o && agrees z t o)).
      2:{ intro o. rewrite <- !andb_assoc. now rewrite Ey. }
      rewrite <- (pr_ext M _ _ Ey).
      rewrite (pr_ext M (agrees (union z w) t) (fun o => agrees w t o && agrees z t o)).
      2:{ intro o. rewrite agrees_union. apply andb_comm. }
      rewrite (pr_ext M (fun o => agrees x u o && agrees (union z w) t o)
                        (fun o => agrees x u o && agrees w t o && agrees z t o)).
      2:{ intro o. rewrite agrees_union, <- andb_assoc. f_equal. apply andb_comm. }
      apply (cancel_left R Z); [exact E|].
      match goal with |- Z * (?a * ?b) = Z * (?c * ?d) =>
        transitivity ((a * Z) * b); [ring|]; transitivity ((c * Z) * d); [|ring] end.
      rewrite H, Hd. ring.
  - rewrite (pr_false M (fun o => agrees x u o && agrees y v o && agrees (union z w) t o)).
    + rewrite (pr_false M (fun o => agrees y v o && agrees (union z w) t o)); [ring|].
      intro o. rewrite agrees_union. specialize (C o). destruct (agrees y v o), (agrees w t o), (agrees z t o); auto.
    + intro o. rewrite agrees_union. specialize (C o).
      destruct (agrees x u o), (agrees y v o), (agrees w t o), (agrees z t o); auto.
Qed.

Theorem weak_union : forall x y z w, subset w (union x y) = true ->
  independent x y z -> independent x y (union z w).
Proof.
  intros x y z w Hw H.
  replace (union z w) with (union (union z (common w y)) (minus w y)).
  - apply symmetry, move.
    + apply subset_spec. intros i Hi. rewrite mem_minus in Hi. apply andb_prop in Hi.
      destruct Hi as [Hi N]. rewrite subset_spec in Hw. specialize (Hw i Hi).
      rewrite mem_union in Hw. destruct (mem i y); [discriminate|]. now rewrite orb_false_r in Hw.
    + apply symmetry, move; [|exact H].
      apply subset_spec. intros i Hi. rewrite mem_common in Hi. now apply andb_prop in Hi.
  - apply set_ext. intro i. rewrite !mem_union, mem_common, mem_minus.
    destruct (mem i z), (mem i w), (mem i y); reflexivity.
Qed.

Theorem contraction : forall x y z w,
  independent x y z -> independent x w (union z y) -> independent x (union y w) z.
Proof.
  intros x y z w H K u v t. specialize (H u v t). specialize (K u v (merge z t v)).
  rewrite (pr_ext M (fun o => agrees x u o && agrees (union y w) v o && agrees z t o)
    (fun o => agrees x u o && agrees w v o && (agrees y v o && agrees z t o))).
  2:{ intro o. rewrite agrees_union. destruct (agrees x u o), (agrees w v o), (agrees y v o); reflexivity. }
  rewrite (pr_ext M (fun o => agrees (union y w) v o && agrees z t o)
    (fun o => agrees w v o && (agrees y v o && agrees z t o))).
  2:{ intro o. rewrite agrees_union. destruct (agrees w v o), (agrees y v o); reflexivity. }
  rewrite (pr_ext M (fun o => agrees x u o && agrees y v o && agrees z t o)
    (fun o => agrees x u o && (agrees y v o && agrees z t o))) in H
    by (intro; now rewrite andb_assoc).
  destruct (zero_or_not R (pr M (fun o => agrees y v o && agrees z t o))) as [E|E].
  - rewrite (pr_zero M (fun o => agrees w v o && (agrees y v o && agrees z t o)) _) with (2 := E).
    + rewrite (pr_zero M (fun o => agrees x u o && agrees w v o && (agrees y v o && agrees z t o)) _)
        with (2 := E); [ring|]. intros o G. now apply andb_prop in G.
    + intros o G. now apply andb_prop in G.
  - destruct (clash y z v t) as [C|C]; [|now rewrite (pr_false M _ C) in E].
    assert (F : forall o, agrees (union z y) (merge z t v) o = agrees y v o && agrees z t o).
    { intro o. rewrite agrees_union, andb_comm. f_equal; apply agrees_point; intros i Hi; unfold merge.
      - destruct (mem i z) eqn:G; auto. symmetry. auto.
      - now rewrite Hi. }
    rewrite (pr_ext M (fun o => agrees x u o && agrees w v o && agrees (union z y) (merge z t v) o)
      (fun o => agrees x u o && agrees w v o && (agrees y v o && agrees z t o))) in K
      by (intro; now rewrite F).
    rewrite (pr_ext M _ _ F) in K.
    rewrite (pr_ext M (fun o => agrees x u o && agrees (union z y) (merge z t v) o)
      (fun o => agrees x u o && (agrees y v o && agrees z t o))) in K by (intro; now rewrite F).
    rewrite (pr_ext M (fun o => agrees w v o && agrees (union z y) (merge z t v) o)
      (fun o => agrees w v o && (agrees y v o && agrees z t o))) in K by (intro; now rewrite F).
    apply (cancel_left R _ _ _ E).
    match goal with |- ?q * (?a * ?b) = _ => transitivity ((a * q) * b); [ring|] end.
    rewrite K.
    match goal with |- ?a * ?b * ?c = _ => transitivity ((a * c) * b); [ring|] end.
    rewrite H. ring.
Qed.

Theorem determination : forall x y z, independent x x z -> independent x y z.
Proof.
  intros x y z H u v t. specialize (H u u t).
  assert (E : forall o, agrees x u o && agrees x u o && agrees z t o = agrees x u o && agrees z t o).
  { intro o. now rewrite andb_diag. }
  rewrite (pr_ext M _ _ E) in H. clear E.
  set (q := pr M (fun o => agrees x u o && agrees z t o)) in *.
  destruct (zero_or_not R q) as [Z|Z].
  - rewrite Z. rewrite (pr_zero M _ (fun o => agrees x u o && agrees z t o)) with (2 := Z); [ring|].
    intros o G. apply andb_prop in G. destruct G as [G1 G2]. apply andb_prop in G1.
    now rewrite (proj1 G1), G2.
  - apply (cancel_left R q) in H; [|exact Z].
    assert (A := pr_almost M (fun o => agrees x u o && agrees z t o) (agrees z t) (agrees y v)).
    rewrite (pr_ext M (fun o => agrees x u o && agrees y v o && agrees z t o)
      (fun o => agrees x u o && agrees z t o && agrees y v o)).
    2:{ intro o. now destruct (agrees x u o), (agrees y v o), (agrees z t o). }
    rewrite A.
    + rewrite (pr_ext M (fun o => agrees y v o && agrees z t o)
        (fun o => agrees z t o && agrees y v o)) by (intro; apply andb_comm).
      unfold q in *. rewrite <- H. unfold q. rewrite H. ring.
    + intros o G. now apply andb_prop in G.
    + unfold q in H. now rewrite <- H.
Qed.

Theorem positive_part : forall s t, subset s t = true -> positive t -> positive s.
Proof. intros s t Hs H u Hu. apply (p_subset M s t u Hs). now apply H. Qed.

(** Sets that do not meet: one point gives the values of all of them. *)
Lemma one_point : forall x y z, disjoint x y = true -> disjoint x z = true -> disjoint y z = true ->
  (independent x y z <-> forall u,
     p M (union (union x y) z) u * p M z u = p M (union x z) u * p M (union y z) u).
Proof.
  intros x y z Dxy Dxz Dyz. split.
  - intros H u. specialize (H u u u). unfold p.
    rewrite (pr_ext M (agrees (union (union x y) z) u)
      (fun o => agrees x u o && agrees y u o && agrees z u o))
      by (intro; now rewrite !agrees_union).
    rewrite (pr_ext M (agrees (union x z) u) (fun o => agrees x u o && agrees z u o))
      by (intro; now rewrite agrees_union).
    rewrite (pr_ext M (agrees (union y z) u) (fun o => agrees y u o && agrees z u o))
      by (intro; now rewrite agrees_union).
    exact H.
  - intros H u v t. pose (w := merge x u (merge y v t)). specialize (H w). unfold p in H.
    assert (Ex : forall o, agrees x w o = agrees x u o).
    { intro o. apply agrees_point. intros i Hi. unfold w, merge. now rewrite Hi. }
    assert (Ey : forall o, agrees y w o = agrees y v o).
    { intro o. apply agrees_point. intros i Hi. unfold w, merge. rewrite Hi.
      destruct (mem i x) eqn:F; [|reflexivity]. now rewrite (disjoint_spec x y i Dxy F) in Hi. }
    assert (Ez : forall o, agrees z w o = agrees z t o).
    { intro o. apply agrees_point. intros i Hi. unfold w, merge.
      destruct (mem i x) eqn:F; [now rewrite (disjoint_spec x z i Dxz F) in Hi|].
      destruct (mem i y) eqn:G; [now rewrite (disjoint_spec y z i Dyz G) in Hi|reflexivity]. }
    rewrite (pr_ext M (agrees (union (union x y) z) w)
      (fun o => agrees x u o && agrees y v o && agrees z t o)) in H
      by (intro; now rewrite !agrees_union, Ex, Ey, Ez).
    rewrite (pr_ext M _ _ Ez) in H.
    rewrite (pr_ext M (agrees (union x z) w) (fun o => agrees x u o && agrees z t o)) in H
      by (intro; now rewrite agrees_union, Ex, Ez).
    rewrite (pr_ext M (agrees (union y z) w) (fun o => agrees y v o && agrees z t o)) in H
      by (intro; now rewrite agrees_union, Ey, Ez).
    exact H.
Qed.

Theorem intersection : forall x y w z,
  disjoint x y = true -> disjoint x w = true -> disjoint x z = true ->
  disjoint y w = true -> disjoint y z = true -> disjoint w z = true ->
  positive (union (union y w) z) ->
  independent x y (union z w) -> independent x w (union z y) -> independent x (union y w) z.
Proof.
  intros x y w z Dxy Dxw Dxz Dyw Dyz Dwz Hpos H K. apply contraction; [|exact K].
  apply one_point; [assumption..|]. intro u.
  destruct (completed M (union (union x y) z) u) as [(i & Hi & N)|(d & Hd & E)].
  - rewrite (p_invalid M _ u i Hi N). rewrite !mem_union in Hi. destruct (mem i z) eqn:Ez.
    + rewrite !(p_invalid M _ u i) by (rewrite ?mem_union, ?Ez; auto using orb_true_r). ring.
    + destruct (mem i x) eqn:Ex.
      * rewrite (p_invalid M (union x z) u i) by (rewrite ?mem_union, ?Ex; auto). ring.
      * rewrite (p_invalid M (union y z) u i); [ring| |exact N].
        rewrite mem_union. now destruct (mem i y).
  - assert (Q : forall s, subset s (union (union x y) z) = true -> p M s u = p M s d).
    { intros s Hs. apply p_point. intros i Hi. apply E. rewrite subset_spec in Hs. auto. }
    rewrite !Q.
    2-5: apply subset_spec; intros i; rewrite ?mem_union;
      destruct (mem i x), (mem i y), (mem i z); simpl; auto.
    clear E Q u.
    assert (G : p M (union x z) d * p M (union y z) d = p M z d * p M (union (union x y) z) d).
    { apply (sum_out M (elements w)); [apply elements_nodup|]. intros v Hv.
      pose (e := merge w v d).
      assert (He : valid M e). { intro i. unfold e, merge. destruct (mem i w); auto. }
      assert (S : forall s, disjoint s w = true ->
        pr M (fun o => agrees s d o && agrees_on (elements w) v o) = p M (union s w) e).
      { intros s Hs. apply pr_ext. intro o. rewrite agrees_union. f_equal.
        - apply agrees_point. intros i Hi. unfold e, merge.
          now rewrite (disjoint_spec s w i Hs Hi).
        - change (agrees w v o = agrees w e o). apply agrees_point. intros i Hi. unfold e, merge.
          now rewrite Hi. }
      assert (T : forall s, disjoint s w = true -> p M s d = p M s e).
      { intros s Hs. apply p_point. intros i Hi. unfold e, merge.
        now rewrite (disjoint_spec s w i Hs Hi). }
      assert (Dzw := disjoint_sym _ _ Dwz).
      assert (Dxz_w : disjoint (union x z) w = true) by (now apply disjoint_sym, disjoint_union; apply disjoint_sym).
      assert (Dyz_w : disjoint (union y z) w = true) by (now apply disjoint_sym, disjoint_union; apply disjoint_sym).
      assert (Dxyz_w : disjoint (union (union x y) z) w = true).
      { apply disjoint_sym, disjoint_union; [|exact Dwz].
        now apply disjoint_union; apply disjoint_sym. }
      rewrite (S _ Dxz_w), (S _ Dzw), (T _ Dyz_w), (T _ Dxyz_w).
      rewrite one_point in H, K; auto using disjoint_union, disjoint_sym.
      specialize (H e). specialize (K e). specialize (Hpos e He).
      replace (union (union x y) (union z w)) with (union (union (union x y) w) z) in H by sets.
      replace (union (union x w) (union z y)) with (union (union (union x y) w) z) in K by sets.
      replace (union x (union z w)) with (union (union x z) w) in H by sets.
      replace (union y (union z w)) with (union (union y w) z) in H by sets.
      replace (union x (union z y)) with (union (union x y) z) in K by sets.
      replace (union w (union z y)) with (union (union y w) z) in K by sets.
      replace (union z y) with (union y z) in K by sets.
      apply (cancel_left R _ _ _ Hpos).
      match goal with |- ?q * (?a * ?b) = _ => transitivity ((a * q) * b); [ring|] end.
      rewrite <- H.
      match goal with |- ?a * ?b * ?c = _ => transitivity (b * (a * c)); [ring|] end.
      rewrite K. ring. }
    rewrite G. ring.
Qed.

End Independence.
